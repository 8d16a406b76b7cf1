using System.Threading.Channels;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>
/// A development server's app: 2,000 modules, a stream of events, a WebSocket, and requests that nobody will wait for. It sends the
/// first event in the middle of the modules, and the last module once the page has said that the event came.
/// </summary>
internal sealed class HotReloadApp : IAsyncDisposable
{
    public const int Modules = 2000;

    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _slow = new(0);
    private readonly Upstream _upstream;
    private int _served;

    public HotReloadApp() => _upstream = Upstream.Start(AnswerAsync);

    public int Port => _upstream.Port;

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    private Task AnswerAsync(Exchange exchange)
    {
        string[] path = exchange.Target.Split('/');
        return path[1] switch
        {
            "" => exchange.RespondAsync(File.ReadAllText(Assets.At("hmr.html")), type: "text/html"),
            "hmr.js" => exchange.RespondAsync(File.ReadAllText(Assets.At("hmr.js")), type: "text/javascript"),
            "all.js" => exchange.RespondAsync(string.Concat(Enumerable.Range(1, Modules).Select(i => $"import '/m{i}.js';\n")), type: "text/javascript"),
            "events" => StreamAsync(exchange),
            "socket" => WebSocketEcho.ServeAsync(exchange),
            "slow" => HangAsync(exchange),
            "arrived" => ArrivedAsync(exchange),
            "told" => ToldAsync(exchange),
            "send" => SendAsync(exchange, path[2]),
            "plain" => exchange.RespondAsync($"plain {path[2]}"),
            _ => ModuleAsync(exchange),
        };
    }

    private async Task ModuleAsync(Exchange exchange)
    {
        int served = Interlocked.Increment(ref _served);
        if (served == Modules / 2)
        {
            _events.Writer.TryWrite("early");
        }

        if (served == Modules)
        {
            await _told.Task.WaitAsync(exchange.Stop);
        }

        await exchange.RespondAsync("globalThis.count = (globalThis.count ?? 0) + 1;", type: "text/javascript");
    }

    private async Task StreamAsync(Exchange exchange)
    {
        await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        await foreach (string data in _events.Reader.ReadAllAsync(exchange.Stop))
        {
            string message = $"data: {data}\n\n";
            await exchange.WriteAsync($"{message.Length:x}\r\n{message}\r\n");
        }
    }

    private async Task HangAsync(Exchange exchange)
    {
        _slow.Release();
        await Task.Delay(Timeout.Infinite, exchange.Stop);
    }

    /// <summary>Answers once another 200 requests are here that nobody answers.</summary>
    private async Task ArrivedAsync(Exchange exchange)
    {
        for (int i = 0; i < 200; i++)
        {
            await _slow.WaitAsync(exchange.Stop);
        }

        await exchange.RespondAsync("yes");
    }

    private Task ToldAsync(Exchange exchange)
    {
        _told.TrySetResult();
        return exchange.RespondAsync("yes");
    }

    private Task SendAsync(Exchange exchange, string data)
    {
        _events.Writer.TryWrite(data);
        return exchange.RespondAsync("sent");
    }
}
