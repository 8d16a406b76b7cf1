using System.Net.NetworkInformation;

namespace Locald.Proxy.Listening;

/// <summary>
/// Who listens on this machine. Linux tells process and program; elsewhere only addresses are known. Never fails: what the system
/// does not tell is left out.
/// </summary>
public static class PortOwners
{
    /// <summary>Reading every process's open files takes tens of milliseconds, and a page of a failing app may be asked for in a storm.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(2);

    /// <summary>Where Linux's ephemeral ports begin: what listens above belongs to editors and test runs, not to an app with a port of its own.</summary>
    public const int FirstEphemeral = 32768;

    private static readonly Lock Reading = new();

    private static Snapshot? _last;

    /// <summary>Ports that never speak HTTP: MySQL, PostgreSQL, Redis and their like.</summary>
    private static ReadOnlySpan<int> Databases => [1433, 1521, 2181, 3306, 5432, 5672, 6379, 9092, 11211, 27017];

    /// <summary>The sockets that listen on a port, whatever their address.</summary>
    public static IReadOnlyList<PortOwner> On(int port) => [.. Current().Where(o => o.Port == port)];

    /// <summary>
    /// What an app that is not on <paramref name="port"/> may be on: listeners that loopback reaches, on a port from 1024 to 32767, not
    /// locald itself, no well-known database; this user's first, then the nearest port.
    /// </summary>
    /// <param name="port">Where nothing was found.</param>
    /// <param name="max">The most to return, one per port.</param>
    public static IReadOnlyList<PortOwner> Near(int port, int max = 5) =>
        Nearest(Current(), port, max, Environment.ProcessId, ProcFolder.System.CurrentUser());

    /// <summary>Whether something that loopback reaches listens on a port, at this moment.</summary>
    public static bool Listens(int port) =>
        (OperatingSystem.IsLinux() ? ProcFolder.System.Endpoints() : Endpoints()).Any(o => o.Port == port && o.AnswersLoopback);

    /// <summary>What these processes listen on that loopback reaches, at this moment; empty where the system does not tell.</summary>
    public static IReadOnlyList<PortOwner> Of(IReadOnlyList<int> processes) =>
        OperatingSystem.IsLinux() ? [.. ProcFolder.System.Listeners(processes).Where(o => o.ProcessId is not null && o.AnswersLoopback)] : [];

    internal static IReadOnlyList<PortOwner> Nearest(IEnumerable<PortOwner> all, int port, int max, int ownProcess, int? ownUser) =>
    [
        .. all.Where(o => o.AnswersLoopback && o.Port is > 1023 and < FirstEphemeral && o.Port != port && o.ProcessId != ownProcess && !Databases.Contains(o.Port))
            .OrderByDescending(o => o.UserId == ownUser)
            .ThenByDescending(o => o.ProcessId is not null)
            .ThenBy(o => Math.Abs(o.Port - port))
            .DistinctBy(o => o.Port)
            .Take(max),
    ];

    private static IReadOnlyList<PortOwner> Current()
    {
        lock (Reading)
        {
            if (_last is null || TimeProvider.System.GetElapsedTime(_last.At) > KeptFor)
            {
                IReadOnlyList<PortOwner> owners = Read();
                _last = new(TimeProvider.System.GetTimestamp(), owners);
            }

            return _last.Owners;
        }
    }

    private static IReadOnlyList<PortOwner> Read() => OperatingSystem.IsLinux() ? ProcFolder.System.Listeners() : Endpoints();

    private static IReadOnlyList<PortOwner> Endpoints()
    {
        try
        {
            return [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(e => new PortOwner(e.Address, e.Port))];
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }

    private sealed record Snapshot(long At, IReadOnlyList<PortOwner> Owners);
}
