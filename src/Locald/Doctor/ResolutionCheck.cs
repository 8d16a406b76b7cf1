using System.Net;
using System.Net.Sockets;

namespace Locald.Doctor;

/// <summary>
/// Whether clients find names under .localhost (RFC 6761 §6.3 asks resolvers to answer them with loopback; glibc alone does not).
/// A static program must not load the system's name service modules itself, so the system's own <c>getent</c> is asked.
/// </summary>
internal static class ResolutionCheck
{
    private const string Id = "names.resolve";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>Asks for a name that nobody has written down, so that an answer speaks for all.</summary>
    internal static async Task<Check> RunAsync(Session session, CancellationToken stop = default)
    {
        string name = $"{Random.Shared.GetHexString(12, lowercase: true)}.localhost";
        if (!OperatingSystem.IsLinux())
        {
            return await AskInProcessAsync(name, stop);
        }

        if (PathSearch.Find("getent", session) is not { } getent)
        {
            return new(Id, Severity.Info, "there is no getent to ask how clients resolve names");
        }

        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(s_limit);
        ProgramRun answer;
        try
        {
            answer = await ProgramRun.OfAsync(getent, ["ahosts", name], [], limited.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(Id, Severity.Warning, $"getent ahosts {name} gave no answer within {s_limit.TotalSeconds:0} s: a DNS server does not answer", ResolutionFix.For(session));
        }

        // Each line is an address, a socket type and, on the first, the name.
        return Judge([.. answer.Out.Split('\n').Select(l => l.Split(' ')[0]).Where(w => w.Length > 0).Distinct()], session);
    }

    private static async Task<Check> AskInProcessAsync(string name, CancellationToken stop)
    {
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(name, stop).WaitAsync(s_limit, stop);
            return Judge([.. found.Select(a => a.ToString())], null);
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return Judge([], null);
        }
    }

    private static Check Judge(string[] addresses, Session? session)
    {
        string[] foreign = [.. addresses.Where(a => !IPAddress.TryParse(a, out IPAddress? address) || !IPAddress.IsLoopback(address))];
        if (foreign.Length > 0)
        {
            return new(Id, Severity.Failed, $"names under .localhost resolve to {string.Join(", ", foreign)}, which is not this machine: a DNS server answers what it must not",
                ResolutionFix.For(session));
        }

        return addresses.Length > 0
            ? new(Id, Severity.Ok, $"any name under .localhost resolves to {string.Join(" and ", addresses)} (static Go programs ask /etc/hosts and DNS alone)")
            : new(Id, Severity.Warning, "names under .localhost do not resolve: browsers, curl and git find them by themselves; node, python, java and .NET do not",
                ResolutionFix.For(session));
    }
}
