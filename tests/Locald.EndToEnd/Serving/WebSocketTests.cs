using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>WebSocket as a browser's or a program's client speaks it (RFC 6455).</summary>
public sealed class WebSocketTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_websocket_carries_messages_both_ways_and_closes_cleanly()
    {
        await using Upstream upstream = Upstream.Start(WebSocketEcho.ServeAsync);
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient http = TrustingClient.Http(sandbox);
        using ClientWebSocket socket = new();
        CancellationToken stop = TestContext.Current.CancellationToken;
        await socket.ConnectAsync(new($"wss://app.localhost:{locald.Port}/socket"), http, stop);

        byte[] message = RandomNumberGenerator.GetBytes(300_000);
        foreach (byte[] sent in new[] { Encoding.UTF8.GetBytes("hello"), message })
        {
            await socket.SendAsync(sent, WebSocketMessageType.Binary, endOfMessage: true, stop);
            using MemoryStream echo = new();
            byte[] buffer = new byte[16 * 1024];
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(), stop);
                echo.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            Assert.Equal(sent, echo.ToArray());
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", stop);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }
}
