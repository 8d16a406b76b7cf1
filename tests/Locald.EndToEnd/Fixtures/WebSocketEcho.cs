using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Locald.EndToEnd.Fixtures;

/// <summary>A WebSocket server that sends back each message.</summary>
public static class WebSocketEcho
{
    /// <summary>Accepts the upgrade, and serves until the client closes.</summary>
    public static async Task ServeAsync(Exchange exchange)
    {
        // The accept value proves that the key passed unchanged.
#pragma warning disable CA5350 // RFC 6455 §4.2.2 asks for SHA-1
        byte[] accept = SHA1.HashData(Encoding.ASCII.GetBytes(exchange.Field("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
#pragma warning restore CA5350
        Stream stream = await exchange.SwitchAsync($"Upgrade: websocket\r\nSec-WebSocket-Accept: {Convert.ToBase64String(accept)}\r\n");
        using WebSocket socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(), exchange.Stop);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", exchange.Stop);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, exchange.Stop);
        }
    }
}
