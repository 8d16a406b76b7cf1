using System.Net.Sockets;

namespace Locald.Proxy.Connections;

/// <summary>Whether a peer has closed its side, told without reading from it.</summary>
internal static class PeerState
{
    private const int Tcp = 6, TcpInfo = 11;
    private const byte Established = 1;

    /// <summary>
    /// On Linux the connection's state says it, the first byte of struct tcp_info (tcp(7)): anything but ESTABLISHED has seen a FIN or
    /// a reset. Elsewhere it shows at the next write.
    /// </summary>
    internal static bool HasLeft(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        Span<byte> state = stackalloc byte[1];
        return socket.GetRawSocketOption(Tcp, TcpInfo, state) == 1 && state[0] != Established;
    }
}
