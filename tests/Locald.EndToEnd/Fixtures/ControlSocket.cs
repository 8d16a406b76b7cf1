using System.Net.Sockets;
using System.Text;

namespace Locald.EndToEnd.Fixtures;

/// <summary>Asks the running instance of a sandbox without a process for each question.</summary>
public static class ControlSocket
{
    /// <summary>Where it is.</summary>
    public static string Of(Sandbox sandbox) => Path.Combine(sandbox.LocaldHome, "run", "control.sock");

    /// <summary>Sends one line; the answer up to its end.</summary>
    public static async Task<string> AskAsync(Sandbox sandbox, string request)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Of(sandbox)), TestContext.Current.CancellationToken);
        await using NetworkStream stream = new(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request + "\n"), TestContext.Current.CancellationToken);
        return await new StreamReader(stream).ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
