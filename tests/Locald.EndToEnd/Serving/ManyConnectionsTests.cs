using System.Net.Security;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>As many clients as are let in, all of them idle.</summary>
public sealed class ManyConnectionsTests
{
    /// <summary>One less than the most, so that there is room for another.</summary>
    private const int Most = 9_999;

    /// <summary>KiB of memory for each, with the OpenSSL of a release, Debian 12's, and with newer ones, which keep more.</summary>
    private const double MostEach = 25;
    private const double MostEachWithNewer = 50;

    /// <summary>MiB when they are gone.</summary>
    private const double MostAfter = 40;

    [Theory(Timeout = 180_000)]
    [InlineData("http/1.1")]
    [InlineData("h2")]
    public async Task Ten_thousand_idle_clients_cost_little_each_and_leave_nothing_behind(string protocol)
    {
        // Where this machine lets no process open so many files, fewer have to do: root may raise the hard limit.
        int count = (int)Math.Min(Most, ProcFacts.HardDescriptorLimit() - 500);
        if (count < Most)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"the hard limit of open files allows {count} connections of {Most}");
        }

        await using Upstream upstream = Upstream.Saying("hello");
        await using Sandbox sandbox = new();

        // With no more than a login shell gives: serve raises that itself.
        await using RunningLocald locald = await RunningLocald.StartWithAsync("-S -n 1024", sandbox, $"app={upstream.Port}");
        Assert.Contains("hello", await AskAsync(sandbox, locald));
        double before = ProcFacts.Memory(locald.Process.Id);
        await using ChildProcess clients = sandbox.Start("/usr/bin/python3",
            [Assets.At("idle.py"), $"{locald.Port}", sandbox.Root, $"{count}", protocol]);
        await clients.UntilAsync(() => clients.Out == $"open {count}\n", "all connections", TimeSpan.FromSeconds(70));

        bool isOld = (await sandbox.LocaldAsync("version", "--json")).Out.Contains("\"openssl\": \"3.0.", StringComparison.Ordinal);
        double most = isOld ? MostEach : MostEachWithNewer;

        // What the handshakes left is given back once nothing happens any more.
        await locald.Process.UntilAsync(() => Each() <= most, $"{most} KiB for each, not {Each():0.0}", TimeSpan.FromSeconds(20));
        Assert.True(ProcFacts.Descriptors(locald.Process.Id) > count, "some were closed meanwhile");
        Assert.Contains("hello", await AskAsync(sandbox, locald));

        clients.CloseInput();
        (await clients.EndAsync(Sandbox.Limit)).ShouldExit(0);
        await locald.Process.UntilAsync(() => ProcFacts.Descriptors(locald.Process.Id) < 1000, "the connections to end", TimeSpan.FromSeconds(20));
        await locald.Process.UntilAsync(() => ProcFacts.Memory(locald.Process.Id) < MostAfter, $"its memory to be {MostAfter} MiB at most", TimeSpan.FromSeconds(20));
        Assert.Contains("hello", await AskAsync(sandbox, locald));

        double Each() => (ProcFacts.Memory(locald.Process.Id) - before) * 1024 / count;
    }

    private static async Task<string> AskAsync(Sandbox sandbox, RunningLocald locald)
    {
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n");
        return await tls.ReadToEndAsync();
    }
}
