using System.Net;
using System.Net.Sockets;

namespace Locald.Proxy.Listening;

/// <summary>Makes one listening TCP socket.</summary>
internal static class ListenSocket
{
    /// <returns>A bound and listening socket.</returns>
    /// <exception cref="ListenException">The system refused.</exception>
    internal static Socket Open(IPEndPoint endPoint)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            Configure(socket);
            socket.Bind(endPoint);
            socket.Listen(Limits.Backlog);
            return socket;
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw Explain(error, endPoint);
        }
    }

    private static void Configure(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // Each family has its own socket, also for [::], whatever the system's default is.
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, true);
        }

        if (OperatingSystem.IsWindows())
        {
            // SO_REUSEADDR means another thing there: without this option a second program may take the port over. On Unix the
            // runtime sets SO_REUSEADDR at Bind, so that connections in TIME_WAIT do not keep a restart from its port.
            socket.ExclusiveAddressUse = true;
        }
    }

    private static ListenException Explain(SocketException error, IPEndPoint at) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new(ListenFault.InUse, $"port {at.Port} is in use on {at.Address}", at),
        SocketError.AccessDenied => new(ListenFault.NotPermitted, $"port {at.Port} needs a permission this process does not have", at),
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported =>
            new(ListenFault.NotLocal, $"{at.Address} is not an address of this machine", at),
        _ => new(ListenFault.Other, $"{at}: {error.Message}", at),
    };
}
