namespace Locald.EndToEnd.Documentation;

/// <summary>What a transcript may differ in, and what not.</summary>
public sealed class UnstableTests
{
    [Theory]
    [InlineData("running: pid 1178, version 0.1.0, since 2026-11-30 00:07:44", "running: pid 9, version 0.2.10, since 2027-01-01 23:59:59")]
    [InlineData("00:07:44.397 200 GET        7.9ms     44B app.localhost/", "12:00:00.001 200 GET      127.9ms    1.2kB app.localhost/")]
    [InlineData("  write /usr/local/share/ca-certificates/locald-94fc372cb561.crt", "  write /usr/local/share/ca-certificates/locald-2d26b641ccd4.crt")]
    [InlineData("Firefox (profile q83q8471.default-esr)  NSS 3.125.1 reads it", "Firefox (profile abcdefgh.default-esr)  NSS 3.9 reads it")]
    [InlineData("https://shop.localhost -> localhost:20922", "https://shop.localhost -> localhost:17006")]
    [InlineData("STORE   STATE", "STORE       STATE")]
    public void What_changes_from_run_to_run_is_no_difference(string one, string other) => Assert.Equal(Unstable.Without(one), Unstable.Without(other));

    [Theory]
    [InlineData("added: https://web.localhost -> localhost:5000", "added: https://web.localhost -> localhost:5001")]
    [InlineData("added: https://web.localhost", "Added: https://web.localhost")]
    [InlineData("00:07:44.397 200 GET  7.9ms  44B app.localhost/", "00:07:44.397 201 GET  7.9ms  44B app.localhost/")]
    [InlineData("listens: https://127.0.0.1:443", "listens: https://127.0.0.1:8443")]
    [InlineData("  try: locald trust", "try: locald trust")]
    [InlineData("STORE  STATE", "STORE STATE")]
    public void A_changed_word_or_indent_is_one(string one, string other) => Assert.NotEqual(Unstable.Without(one), Unstable.Without(other));
}
