using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using Locald.Doctor;
using Locald.Proxy.Listening;

namespace Locald.Tests.Commands;

[SupportedOSPlatform("linux")]
public sealed class DoctorCommandTests : IDisposable
{
    private readonly TrustSession _user = new();

    public void Dispose() => _user.Dispose();

    [Fact]
    public async Task Before_the_first_trust_one_fix_resolves_everything_and_the_exit_code_is_3()
    {
        Resolves("::1 STREAM x.localhost", "127.0.0.1 STREAM");
        Transcript result = await _user.Run("doctor");
        Assert.Equal(ExitCode.NotTrusted, result.Code);
        Assert.Contains("failed   ca.root", result.Data);
        Assert.Contains("to resolve ca.root:\n  locald trust\n", result.Data);
    }

    [Fact]
    public async Task A_fix_that_resolves_several_checks_is_shown_once()
    {
        await _user.Run("trust");
        await _user.Run("untrust");
        Diagnosis diagnosis = new(
        [
            new("ca.root", Severity.Failed, "x", "locald trust") { IsTrustAlone = true },
            new("names.resolve", Severity.Warning, "y", "other"),
            new("trust.system", Severity.Failed, "z", "locald trust") { IsTrustAlone = true },
        ]);
        StringWriter data = new();
        diagnosis.Show(new Terminal(data, TextWriter.Null, colour: false, interactive: false));
        Assert.EndsWith("\nto resolve ca.root, trust.system:\n  locald trust\n\nto resolve names.resolve:\n  other\n", data.ToString());
        Assert.Equal(ExitCode.NotTrusted, diagnosis.Code);
    }

    [Fact]
    public async Task A_trusted_root_fails_no_check()
    {
        Resolves("127.0.0.1 STREAM x.localhost");
        await _user.Run("trust");
        Transcript result = await _user.Run("doctor");
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Contains("ok       ca.root", result.Data);
        Assert.Contains("ok       trust.system", result.Data);
        Assert.Contains("ok       names.resolve", result.Data);
        Assert.Contains("info     instance", result.Data);
    }

    [Fact]
    public async Task A_key_that_others_can_read_is_exit_code_1_with_the_command_that_mends_it()
    {
        await _user.Run("trust");
        File.SetUnixFileMode(Path.Combine(_user.Home, "ca", "root-key.pem"), (UnixFileMode)0b110_100_100);
        Transcript result = await _user.Run("doctor");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("failed   ca.root", result.Data);
        Assert.Contains("chmod", result.Data);
    }

    [Fact]
    public async Task Names_that_do_not_resolve_are_a_warning_with_one_fix()
    {
        Resolves();
        Check check = await ResolutionCheck.RunAsync(_user.Session(), TestContext.Current.CancellationToken);
        Assert.Equal(Severity.Warning, check.Severity);
        Assert.Single(check.Fixes);
    }

    [Fact]
    public async Task Names_that_resolve_to_another_machine_are_a_failure()
    {
        Resolves("203.0.113.9 STREAM x.localhost");
        Check check = await ResolutionCheck.RunAsync(_user.Session(), TestContext.Current.CancellationToken);
        Assert.Equal(Severity.Failed, check.Severity);
        Assert.Contains("203.0.113.9", check.Detail);
    }

    [Fact]
    public async Task Where_there_is_nobody_to_ask_it_is_said_so()
    {
        Check check = await ResolutionCheck.RunAsync(_user.Session(), TestContext.Current.CancellationToken);
        Assert.Equal((Severity.Info, "there is no getent to ask how clients resolve names"), (check.Severity, check.Detail));
    }

    [Fact]
    public void A_port_that_somebody_holds_is_named_with_its_holder()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        PortOwner nginx = new(IPAddress.Any, port, UserId: 33, ProcessId: 4242, Program: "nginx");
        Check check = PortChecks.Port("ports.https", port, [nginx], null, "serve takes 8443 instead");
        Assert.Equal((Severity.Warning, $"port {port} is held by nginx (pid 4242): serve takes 8443 instead"), (check.Severity, check.Detail));

        Check hidden = PortChecks.Port("ports.https", port, [], null, "serve takes 8443 instead");
        Assert.Equal($"port {port} is held by a process of another user: serve takes 8443 instead", hidden.Detail);

        Check ours = PortChecks.Port("ports.https", port, [nginx], new(7, "1", default, [$"https://127.0.0.1:{port}"], []), "");
        Assert.Equal((Severity.Ok, $"port {port} is held by the running instance (pid 7)"), (ours.Severity, ours.Detail));
    }

    [Fact]
    public async Task Json_has_ids_severities_and_fixes()
    {
        Transcript result = await _user.Run("doctor", "--json");
        using JsonDocument json = JsonDocument.Parse(result.Data);
        string?[] ids = [.. json.RootElement.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("id").GetString())];
        Assert.Equal(["ca.root", "names.resolve", "ports.https", "ports.http", "instance"], ids);
        Assert.Equal("locald trust", json.RootElement.GetProperty("fixes")[0].GetProperty("commands")[0].GetString());
        Assert.Equal("ca.root", json.RootElement.GetProperty("fixes")[0].GetProperty("resolves")[0].GetString());
        Assert.Equal(3, json.RootElement.GetProperty("exitCode").GetInt32());
    }

    private void Resolves(params string[] lines) =>
        _user.Debian.Tool("/bin/getent", string.Concat(lines.Select(l => $"echo '{l}'\n")) + (lines.Length == 0 ? "exit 2" : ""));
}
