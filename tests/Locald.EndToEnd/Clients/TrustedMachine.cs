using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>
/// A machine on which <c>locald trust</c> was said once and <c>locald serve</c> runs with three routes; the names are in its
/// /etc/hosts, for clients that ask the system's resolver. A thief of the root's key serves example.com on it.
/// </summary>
public sealed class TrustedMachine : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];
    private RogueServer? _rogue;

    public Sandbox Sandbox { get; private set; } = null!;

    public RunningLocald Locald { get; private set; } = null!;

    /// <summary>Each URL that must work, with the text that it must bring.</summary>
    public Dictionary<string, string> Good { get; } = [];

    /// <summary>The thief's URL.</summary>
    public string Stolen => $"https://example.com:{_rogue!.Port}/";

    public async ValueTask InitializeAsync()
    {
        Sandbox = await Sandbox.WithPrivateTrustAsync("echo '127.0.0.1 app.localhost a.b.localhost example.com' >> /etc/hosts");
        _owned.Add(Sandbox);
        List<string> routes = [];
        foreach (string name in new[] { "app", "a.b", "localhost" })
        {
            Upstream upstream = Upstream.Saying($"hello from {name}");
            _owned.Add(upstream);
            routes.Add($"{name}={upstream.Port}");
        }

        (await Sandbox.LocaldAsync("trust")).ShouldExit(0);
        Locald = await Sandbox.ServeAsync([.. routes]);
        _owned.Add(Locald);
        _rogue = RogueServer.Start("example.com", Sandbox.Root, Sandbox.RootKey);
        Good[Locald.Url("app.localhost") + "/"] = "hello from app";
        Good[Locald.Url("a.b.localhost") + "/"] = "hello from a.b";
        Good[Locald.Url("localhost") + "/"] = "hello from localhost";
        Good[Locald.Url("127.0.0.1") + "/"] = "hello from localhost";
    }

    /// <summary>Fails unless a client that prints "URL OK TEXT" or "URL REFUSED REASON" per URL took every good one and the thief's as told.</summary>
    public void Judge(ProcessResult result, bool takesStolen = false)
    {
        string[] lines = result.ShouldExit(0).Out.Split('\n');
        foreach ((string url, string text) in Good)
        {
            Assert.True(lines.Contains($"{url} OK {text}"), $"{url} was not accepted\n{result}");
        }

        string verdict = takesStolen ? "OK stolen" : "REFUSED";
        Assert.True(lines.Any(line => line.StartsWith($"{Stolen} {verdict}", StringComparison.Ordinal)), $"{Stolen} should be {verdict}\n{result}");
    }

    public async ValueTask DisposeAsync()
    {
        _rogue?.Dispose();
        foreach (IAsyncDisposable owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }
    }
}

/// <summary>The tests that look at the same trusted machine.</summary>
[CollectionDefinition(nameof(TrustedMachine))]
public sealed class TrustedMachineTests : ICollectionFixture<TrustedMachine>;
