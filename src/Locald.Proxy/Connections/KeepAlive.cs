using System.Net.Sockets;

namespace Locald.Proxy.Connections;

/// <summary>TCP's own probes, for connections that may rest for as long as they like.</summary>
internal static class KeepAlive
{
    /// <summary>A peer that vanished without a word is noticed by the kernel.</summary>
    internal static void Set(Socket socket)
    {
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        }
    }
}
