using System.Net.Security;
using System.Net.Sockets;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;

namespace Locald.Proxy.Upstream;

/// <summary>Two streams joined after an upgrade. Each direction ends by itself, and its end is passed on as a half-close.</summary>
internal sealed class Tunnel(ClientConnection connection, InputBuffer fromClient, OutputBuffer toClient, UpstreamConnection upstream)
{
    internal async Task RunAsync()
    {
        connection.IsTunnel = true;
        connection.AwaitExchange(Wait.Stall, Limits.Stall);
        if (connection.Server.Stopping)
        {
            // Whoever stops the server may have seen a request here, and waits for its end.
            connection.Abort();
            return;
        }

        KeepProbing(connection.Transport.Socket);
        KeepProbing(upstream.Socket);
        await Task.WhenAll(
            CopyAsync(fromClient, upstream.Output, () => EndAsync(upstream.Stream, upstream.Socket)),
            CopyAsync(upstream.Input, toClient, () => EndAsync(connection.ClientStream, connection.Transport.Socket)));
    }

    private async Task CopyAsync(InputBuffer from, OutputBuffer to, Func<Task> end)
    {
        try
        {
            while (true)
            {
                if (from.IsEmpty)
                {
                    await from.WaitAsync();
                    if (await from.FillAsync() == 0)
                    {
                        break;
                    }
                }

                connection.AwaitExchange(Wait.Stall, Limits.Stall);
                int length = from.Unread.Length;
                await to.WriteAsync(from.Slice(0, length));
                from.Take(length);
                await to.FlushAsync();
            }

            await end();

            // The other direction has no reason to rest for long any more.
            connection.AwaitExchange(Wait.Stall, Limits.BodyWait);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            connection.Abort();
        }
    }

    private static async Task EndAsync(Stream stream, Socket socket)
    {
        if (stream is SslStream secure)
        {
            await secure.ShutdownAsync();
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>A peer that vanished without a word is noticed by the kernel.</summary>
    private static void KeepProbing(Socket socket)
    {
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        }
    }
}
