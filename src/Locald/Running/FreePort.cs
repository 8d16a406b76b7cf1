using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Locald.Running;

/// <summary>Finds a port for an app to listen on.</summary>
internal static class FreePort
{
    /// <summary>
    /// Above the ports that servers choose by default, and above all that browsers refuse (https://fetch.spec.whatwg.org/#port-blocking);
    /// below those that systems give to outgoing connections, one of which could take the port before the app does.
    /// </summary>
    private const int First = 20_000;

    private const int Count = 4_000;

    /// <summary>A port that nothing listens on, on 127.0.0.1 and on ::1. The same name gets the same one each time, where it is free.</summary>
    /// <param name="name">Whose port it shall be.</param>
    /// <exception cref="UserError">None of thousands is free.</exception>
    internal static int For(string name)
    {
        int start = Spread(name);
        for (int i = 0; i < Count; i++)
        {
            int port = First + ((start + i) % Count);
            if (IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port))
            {
                return port;
            }
        }

        throw new UserError("run", $"no port from {First} to {First + Count - 1} is free", ExitCode.PortInUse, "ss -ltn");
    }

    /// <summary>FNV-1a: the runtime's own hash of a string is another one in each process.</summary>
    private static int Spread(string name)
    {
        uint hash = 2_166_136_261;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 16_777_619;
        }

        return (int)(hash % Count);
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.ExclusiveAddressUse = OperatingSystem.IsWindows();
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException error)
        {
            // A machine without IPv6 has nothing there that could be in the way.
            return error.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported;
        }
    }
}
