using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Systems;

/// <summary>The file for arm64, in an emulator where the processor is another: alone in a root, and on a Debian, served to this machine's own clients.</summary>
public sealed class Arm64Tests(Arm64Machine machine) : IClassFixture<Arm64Machine>
{
    [Fact(Timeout = 120_000)]
    public async Task It_serves_from_a_root_that_holds_nothing_else()
    {
        await using Upstream upstream = Upstream.Saying("from outside");
        await using Sandbox sandbox = new();
        sandbox.Variables["HOME"] = "/";
        sandbox.Variables.Remove("LOCALD_HOME");
        string root = sandbox.At("root");
        Directory.CreateDirectory(root);
        File.Copy(LocaldBinary.Arm64Path, Path.Combine(root, "locald"));

        using JsonDocument version = JsonDocument.Parse((await Arm64Machine.RunAsync(sandbox, root, "/locald", "version", "--json")).ShouldExit(0).Out);
        Assert.Equal("linux-arm64", version.RootElement.GetProperty("rid").GetString());
        Assert.StartsWith("3.", version.RootElement.GetProperty("openssl").GetString());
        await ServesAsync(sandbox, root, "/locald", upstream, "from outside");
    }

    [Fact(Timeout = 400_000)]
    public async Task It_is_trusted_and_serves_on_a_Debian_with_an_older_C_library()
    {
        string root = await machine.Debian;
        await using Upstream upstream = Upstream.Saying("hello arm64");
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(
            [$"{root}/etc", $"{root}/usr/local", $"{root}/root"],
            $"mount --rbind /dev {root}/dev; cp {LocaldBinary.Arm64Path} {root}/usr/local/bin/locald; mkdir -p {root}/root/.pki/nssdb");
        sandbox.Variables["HOME"] = "/root";
        sandbox.Variables.Remove("LOCALD_HOME");

        ProcessResult trust = (await Arm64Machine.RunAsync(sandbox, root, "locald", "trust")).ShouldExit(0);
        Assert.Matches("the system store .* TRUSTED ", trust.Out);

        // The program inside opened the database with that system's own libnss3 and C library.
        Assert.Contains("TRUSTED  NSS 3.", trust.Out);
        await ServesAsync(sandbox, root, "locald", upstream, "hello arm64");

        ProcessResult untrust = (await Arm64Machine.RunAsync(sandbox, root, "locald", "untrust")).ShouldExit(0);
        Assert.Matches("the system store .* removed +MISSING ", untrust.Out);
        Assert.Contains("removed  MISSING  the database does not hold the root", untrust.Out);
    }

    /// <summary>From its start to its stop: both versions of HTTP, a name that is not served, and one that never will be.</summary>
    private static async Task ServesAsync(Sandbox sandbox, string root, string program, Upstream upstream, string answer)
    {
        string pem = sandbox.Write("root.pem", (await Arm64Machine.RunAsync(sandbox, root, program, "ca", "--pem")).ShouldExit(0).Out);
        int port = RunningLocald.FreePort();
        await using ChildProcess locald = Arm64Machine.Start(sandbox, root,
            program, "serve", $"app={upstream.Port}", "--https", $"127.0.0.1:{port}", "--http", "off");
        await locald.UntilAsync(() => locald.Out.Contains($"https://app.localhost:{port}"), "its address", TimeSpan.FromSeconds(60));
        Assert.Equal($"{answer} 1.1 200", (await CurlAsync("app.localhost", "--http1.1")).ShouldExit(0).Out);
        Assert.Equal($"{answer} 2 200", (await CurlAsync("app.localhost", "--http2")).ShouldExit(0).Out);
        Assert.EndsWith(" 2 404", (await CurlAsync("other.localhost", "--http2")).ShouldExit(0).Out);

        // CURLE_SSL_CONNECT_ERROR: there is no certificate for it.
        (await CurlAsync("app.example", "--http2")).ShouldExit(35);

        (await Arm64Machine.RunAsync(sandbox, root, program, "stop")).ShouldExit(0);
        (await locald.EndAsync(TimeSpan.FromSeconds(30))).ShouldExit(0);

        Task<ProcessResult> CurlAsync(string name, string version) => sandbox.RunAsync("curl",
            ["-sS", version, "--cacert", pem, "--resolve", $"{name}:{port}:127.0.0.1", "-w", " %{http_version} %{http_code}", $"https://{name}:{port}/"]);
    }
}
