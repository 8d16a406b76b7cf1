using System.Net.Sockets;
using System.Security.Authentication;

namespace Locald.Proxy.IO;

/// <summary>Tells what a peer or the sweeper may cause at any time from a bug of ours.</summary>
internal static class PeerGone
{
    internal static bool Explains(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or AuthenticationException or OperationCanceledException;
}
