using System.Net.Sockets;

namespace Locald.Proxy.Connections;

/// <summary>
/// Tells of a shortage of file descriptors (EMFILE, ENFILE), once and not at each of the thousand sockets that cannot be had. After a
/// minute without one, the next is news again.
/// </summary>
/// <param name="clock">Milliseconds.</param>
/// <param name="tell">Takes what happened, for a person.</param>
internal sealed class DescriptorShortage(Func<long> clock, Action<string> tell)
{
    internal const int News = 60_000;

    private long _seen = long.MinValue;

    internal static bool Explains(SocketException e) => e.SocketErrorCode == SocketError.TooManyOpenSockets;

    /// <summary>A socket could not be had.</summary>
    /// <param name="connections">Client connections that are open.</param>
    internal void Seen(int connections)
    {
        long now = clock();
        long before = Interlocked.Exchange(ref _seen, now);
        if (before == long.MinValue || now - before > News)
        {
            tell($"no file descriptor is left, with {connections} connections open: new ones wait until others end");
        }
    }
}
