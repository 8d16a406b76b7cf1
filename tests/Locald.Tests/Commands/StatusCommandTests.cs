using System.Runtime.Versioning;
using System.Text.Json;
using Locald.Control;

namespace Locald.Tests.Commands;

[SupportedOSPlatform("linux")]
public sealed class StatusCommandTests : IDisposable
{
    private readonly TrustSession _user = new();

    public void Dispose() => _user.Dispose();

    [Fact]
    public async Task Before_the_first_trust_it_is_not_trusted_and_says_what_to_do()
    {
        Transcript result = await _user.Run("status");
        Assert.Equal(ExitCode.NotTrusted, result.Code);
        Assert.Equal($"not trusted: there is no root {_user.Home}/ca/root.pem\nnot running\n", result.Data);
        Assert.Equal("  try: locald trust\n", result.Talk);
        Assert.Empty(Directory.GetFileSystemEntries(_user.Home));
    }

    [Fact]
    public async Task After_trust_it_is_trusted_and_after_untrust_it_is_not()
    {
        await _user.Run("trust");
        Transcript trusted = await _user.Run("status");
        Assert.Equal(ExitCode.Done, trusted.Code);
        Assert.Equal("""
            STORE                             STATE    PROOF
            the system store (Debian/Ubuntu)  TRUSTED  /etc/ssl/certs/ca-certificates.crt holds the root
            not running

            """, trusted.Data);
        Assert.Empty(trusted.Talk);

        await _user.Run("untrust");
        Transcript untrusted = await _user.Run("status");
        Assert.Equal(ExitCode.NotTrusted, untrusted.Code);
        Assert.Contains("the system store (Debian/Ubuntu)  MISSING  ", untrusted.Data);
    }

    [Fact]
    public async Task A_running_instance_is_shown_with_its_routes()
    {
        InstanceStatus running = new(4242, "0.1.0", DateTimeOffset.UnixEpoch, ["https://127.0.0.1:8443"], [new("https://app.localhost:8443", "http://127.0.0.1:3000")]);
        (ControlServer? started, _) = await ControlServer.StartAsync(ControlPath.Candidates(_user.Session())[0], null, _ => ControlMessage.Reply(running), TestContext.Current.CancellationToken);
        await using ControlServer server = started!;
        Transcript result = await _user.Run("status");
        Assert.Contains("running: pid 4242, version 0.1.0, since ", result.Data);
        Assert.Contains("listens: https://127.0.0.1:8443\nserves: https://app.localhost:8443 -> http://127.0.0.1:3000\n", result.Data);

        using JsonDocument json = JsonDocument.Parse((await _user.Run("status", "--json")).Data);
        Assert.Equal(4242, json.RootElement.GetProperty("running").GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task Json_has_the_state_of_each_store_and_the_exit_code()
    {
        await _user.Run("trust");
        using JsonDocument json = JsonDocument.Parse((await _user.Run("status", "--json")).Data);
        Assert.True(json.RootElement.GetProperty("trusted").GetBoolean());
        Assert.Equal("TRUSTED", json.RootElement.GetProperty("stores")[0].GetProperty("state").GetString());
        Assert.Equal("system", json.RootElement.GetProperty("stores")[0].GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("running").ValueKind);
        Assert.Equal(0, json.RootElement.GetProperty("exitCode").GetInt32());
    }
}
