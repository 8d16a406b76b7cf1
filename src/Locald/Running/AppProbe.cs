using System.Net.Sockets;
using System.Text;

namespace Locald.Running;

/// <summary>Asks an app for a path until it has an answer.</summary>
internal static class AppProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>For one answer: a server may compile before it gives the first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns when a GET of the path is answered by 2xx or 3xx.</summary>
    /// <param name="port">On loopback, of either family.</param>
    /// <param name="host">For the Host field.</param>
    /// <param name="path">As it stands in the request.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    internal static async Task UntilAnsweredAsync(int port, string host, string path, CancellationToken stop)
    {
        while (await StatusAsync(port, host, path, stop) is not (>= 200 and < 400))
        {
            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>The status; 0 where there is no answer.</summary>
    private static async Task<int> StatusAsync(int port, string host, string path, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        foreach (string address in (string[])["127.0.0.1", "::1"])
        {
            try
            {
                using TcpClient client = new(address.Contains(':') ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
                await client.ConnectAsync(address, port, limit.Token);
                NetworkStream stream = client.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nConnection: close\r\n\r\n"), limit.Token);
                byte[] start = new byte["HTTP/1.1 200".Length];
                int read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, limit.Token);
                return int.TryParse(Encoding.ASCII.GetString(start, 0, read).Split(' ').ElementAtOrDefault(1), out int status) ? status : 0;
            }
            catch (Exception error) when (error is SocketException or IOException || (error is OperationCanceledException && !stop.IsCancellationRequested))
            {
                // Not there, or not yet.
            }
        }

        return 0;
    }
}
