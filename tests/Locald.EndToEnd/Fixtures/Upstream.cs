using System.Net;
using System.Net.Sockets;

namespace Locald.EndToEnd.Fixtures;

/// <summary>A small HTTP/1.1 server on a free port of 127.0.0.1; each test says what it answers, byte by byte where it matters.</summary>
public sealed class Upstream : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<Exchange, Task> _answer;
    private readonly CancellationTokenSource _stop = new();

    private Upstream(int port, Func<Exchange, Task> answer)
    {
        _answer = answer;
        _listener = new(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Serves with this answer; the connection is kept where the whole request was read.</summary>
    /// <param name="answer">Called for each request.</param>
    /// <param name="port">0 for a free one.</param>
    public static Upstream Start(Func<Exchange, Task> answer, int port = 0) => new(port, answer);

    /// <summary>Serves this text to every request.</summary>
    public static Upstream Saying(string text, int port = 0) => Start(exchange => exchange.RespondAsync(text), port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient owned = client;
        client.NoDelay = true;
        try
        {
            while (await Exchange.ReadAsync(client.GetStream(), _stop.Token) is { } exchange)
            {
                await _answer(exchange);
                if (!exchange.BodyWasRead)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side left, as some tests want it to.
        }
    }
}
