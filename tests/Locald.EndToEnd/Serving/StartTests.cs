using System.Net.Sockets;
using System.Net;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>Starting: what is said when it cannot be, and how it is told that it has been.</summary>
public sealed class StartTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_taken_port_is_exit_code_4_and_names_its_holder()
    {
        using TcpListener holder = new(IPAddress.Loopback, 0);
        holder.Start();
        int port = ((IPEndPoint)holder.LocalEndpoint).Port;
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.LocaldAsync("serve", "app=1", "--https", $"127.0.0.1:{port}", "--http", "off");
        result.ShouldExit(4);
        Assert.Contains($"port {port} is in use", result.Error);
        Assert.Contains($"{Environment.ProcessId}", result.Error);
        Assert.Contains("Locald.EndToEnd", result.Error);
        Assert.Contains("\n  try: ", result.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--https", "serve", "app=1", "--htps", "127.0.0.1:8443")]
    [InlineData("serve", "serv", "app=1")]
    [InlineData("app=3000", "serve", "app=")]
    [InlineData("app=3000", "serve", "app=one:two:three")]
    [InlineData("app=3000", "serve", "app=70000")]
    [InlineData("letters, digits", "serve", "a_b=3000")]
    [InlineData("127.0.0.1:", "serve", "app=3000", "--https", "nowhere")]
    [InlineData("route", "serve", "app=3000", "app=3001")]
    public async Task What_cannot_be_understood_is_exit_code_2_with_what_was_expected(string hint, params string[] line)
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.LocaldAsync(line);
        result.ShouldExit(2);
        Assert.StartsWith("locald: ", result.Error);
        Assert.Contains(hint, result.Error);
        Assert.Empty(result.Out);
        Assert.False(Directory.Exists(sandbox.LocaldHome), "a refused command line left state behind");
    }
}
