using System.Net;
using System.Text;
using Locald.Certificates;

namespace Locald.Tests.Certificates;

/// <summary>The name of a handshake is an attacker's text: nothing but a name under localhost gets a certificate.</summary>
[Trait("Inputs", "Random")]
public sealed class RandomServerNameTests
{
    private static readonly string Label63 = new('a', 63);

    private static readonly string[] Seeds =
        ["localhost", "app.localhost", "APP.b-2.LocalHost", "xn--caf-dma.localhost", "caf\u00c3\u00a9.localhost", "127.0.0.1", "::1", "*.app.localhost", $"{Label63}.{Label63}.{Label63}.localhost"];

    private static readonly string[] Tokens =
    [
        "localhost", ".localhost", ".", "..", "-", "a", "Z", "9", "_", "*", "*.", "xn--", "xn--a", "\u00c3\u00a9", "\u00e2\u0084\u00aa", "\u00c5\u00bf", "\u00e2\u0080\u008d", "\u00ed\u00a0\u0080", "\0", ":", "/", "%",
        Label63, "com", "0x7f.1", "::", "127.", ".1",
    ];

    [Fact]
    public void A_name_is_judged_as_a_plain_reading_of_the_rules_judges_it()
    {
        double accepted = RandomInputs.Run(Seeds, Tokens, (bytes, _) =>
        {
            string text = Encoding.UTF8.GetString(bytes);
            char[] lower = new char[253];
            NameFault fault = ServerName.Parse(text, lower, out int length);
            Assert.Equal(IsHostUnderLocalhost(text), fault == NameFault.None);
            Assert.Equal(fault == NameFault.None ? text.ToLowerInvariant() : "", new string(lower, 0, length));
            return fault == NameFault.None;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    [Fact]
    public void What_a_certificate_is_made_for_is_local_and_its_own_form()
    {
        double accepted = RandomInputs.Run(Seeds, Tokens, (bytes, _) =>
        {
            string canonical;
            try
            {
                canonical = ServerName.Canonical(Encoding.UTF8.GetString(bytes));
            }
            catch (NameException)
            {
                return false;
            }

            Assert.Equal(canonical, ServerName.Canonical(canonical));
            bool local = IsHostUnderLocalhost(canonical)
                || (canonical.StartsWith("*.", StringComparison.Ordinal) && canonical != "*.localhost" && canonical.Length <= 253 && IsHostUnderLocalhost(canonical[2..]))
                || (IPAddress.TryParse(canonical, out IPAddress? address) && IPAddress.IsLoopback(address));
            Assert.True(local, canonical);
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    private static bool IsHostUnderLocalhost(string text)
    {
        // In lower case a Kelvin sign is a k.
        string[] labels = Ascii.IsValid(text) ? text.ToLowerInvariant().Split('.') : [""];
        return text.Length <= 253 && labels[^1] == "localhost"
            && labels.All(l => l.Length is > 0 and <= 63 && l[0] != '-' && l[^1] != '-' && l.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-'));
    }
}
