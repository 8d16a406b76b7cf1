using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>The clients of a shell.</summary>
[Collection(nameof(TrustedMachine))]
public sealed class CommandLineTests(TrustedMachine machine)
{
    [Fact(Timeout = 60_000)]
    public Task Curl_accepts_every_name_and_refuses_a_stolen_key() => EachAsync("curl -sS --max-time 20 \"$url\"");

    [Fact(Timeout = 60_000)]
    public Task Wget_accepts_every_name_and_refuses_a_stolen_key() => EachAsync("wget -q -O - --timeout=20 --tries=1 \"$url\"");

    [Theory(Timeout = 60_000)]
    [InlineData("-tls1_2", "app.localhost")]
    [InlineData("-tls1_3", "app.localhost")]
    [InlineData("-tls1_2", "a.b.localhost")]
    [InlineData("-tls1_3", "a.b.localhost")]
    [InlineData("-tls1_3", "localhost")]
    public async Task Openssl_verifies_strictly_what_is_served(string version, string name)
    {
        ProcessResult result = await machine.Sandbox.RunAsync("openssl",
        [
            "s_client", "-connect", $"127.0.0.1:{machine.Locald.Port}", "-servername", name, "-verify_hostname", name, version,
            "-x509_strict", "-verify_return_error", "-brief",
        ]);
        result.ShouldExit(0);
        Assert.Contains("Verification: OK", result.Error);
        Assert.Contains($"Verified peername: ", result.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Openssl_resumes_a_session(string version)
    {
        string session = machine.Sandbox.At($"session{version}");
        string connect = $"openssl s_client -connect 127.0.0.1:{machine.Locald.Port} -servername app.localhost {version} -verify_return_error";

        // The ticket of TLS 1.3 comes after the handshake: the request keeps the connection open until it was read.
        string request = "printf 'GET / HTTP/1.1\\r\\nHost: app.localhost\\r\\nConnection: close\\r\\n\\r\\n'";
        ProcessResult result = await machine.Sandbox.ShellAsync(
            $"{request} | {connect} -ign_eof -sess_out {session} && {request} | {connect} -ign_eof -sess_in {session}");
        result.ShouldExit(0);
        Assert.Contains("\nNew, TLSv1", result.Out);
        Assert.Contains("\nReused, TLSv1", result.Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_leaf_for_another_name_cannot_be_had()
    {
        foreach (string name in new[] { "example.com", "localhost.example.com", "*.localhost", "a..localhost" })
        {
            ProcessResult result = await machine.Sandbox.RunAsync("openssl",
                ["s_client", "-connect", $"127.0.0.1:{machine.Locald.Port}", "-servername", name]);
            result.ShouldExit(1);
            Assert.Contains("unrecognized name", result.Error);
            Assert.Contains("no peer certificate available", result.Out);
        }
    }

    private async Task EachAsync(string get)
    {
        string urls = string.Join(' ', [.. machine.Good.Keys, machine.Stolen]);
        machine.Judge(await machine.Sandbox.ShellAsync(
            $"for url in {urls}; do if text=$({get} 2>&1); then echo \"$url OK $text\"; else echo \"$url REFUSED $text\"; fi; done"));
    }
}
