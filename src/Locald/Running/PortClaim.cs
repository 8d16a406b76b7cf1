using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Locald.Running;

/// <summary>A port for an app to listen on, which no other run is given until this one has ended.</summary>
internal sealed class PortClaim : IDisposable
{
    /// <summary>
    /// Above the ports that servers choose by default, and above all that browsers refuse (https://fetch.spec.whatwg.org/#port-blocking);
    /// below those that systems give to outgoing connections, one of which could take the port before the app does.
    /// </summary>
    private const int First = 20_000;

    private const int Count = 4_000;

    /// <summary>From a port to the UDP port that stands for the claim: the app may want its own for HTTP/3.</summary>
    private const int ClaimOffset = 10_000;

    private readonly Socket _claim;

    private PortClaim(int port, Socket claim) => (Port, _claim) = (port, claim);

    internal int Port { get; }

    /// <summary>Takes a port that nothing listens on, on 127.0.0.1 and on ::1. The same name gets the same one each time, where it is free.</summary>
    /// <param name="name">Whose port it shall be.</param>
    /// <exception cref="UserError">None of thousands is free.</exception>
    internal static PortClaim For(string name)
    {
        int start = Spread(name);
        for (int i = 0; i < Count; i++)
        {
            int port = First + ((start + i) % Count);
            if (IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port) && Claim(port) is { } claim)
            {
                return new(port, claim);
            }
        }

        throw new UserError("run", $"no port from {First} to {First + Count - 1} is free", ExitCode.PortInUse, "ss -ltn");
    }

    public void Dispose() => _claim.Dispose();

    /// <summary>
    /// Until the app listens, nothing shows that the port is taken. A bound UDP socket does to whoever looks for one: it is exclusive, on
    /// every system, and goes with its process.
    /// </summary>
    /// <returns>Null where another run was given the port.</returns>
    private static Socket? Claim(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port + ClaimOffset));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
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
