using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Locald.Proxy.Messages;

/// <summary>
/// The handshake of HTTP/1.1's WebSockets (RFC 6455 §1.3), which HTTP/2 does without: towards the upstream it is ours to make, and to check.
/// </summary>
internal static class WebSocketKey
{
    /// <summary>Bytes of a key: sixteen in base64.</summary>
    internal const int Length = 24;

    /// <summary>Writes a new one.</summary>
    internal static void Make(Span<byte> key)
    {
        Span<byte> nonce = stackalloc byte[16];
        RandomNumberGenerator.Fill(nonce);
        Base64.EncodeToUtf8(nonce, key, out _, out _);
    }

    /// <summary>Whether that is the Sec-WebSocket-Accept of an upstream that has read the key, and speaks the protocol.</summary>
    internal static bool IsAccepted(string? key, string? accept) => key is not null && accept == Accept(key);

    /// <summary>The one right answer to a key.</summary>
    internal static string Accept(string key)
    {
        byte[] text = Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
#pragma warning disable CA5350 // The protocol asks for SHA-1, and nothing is kept secret by it.
        return Convert.ToBase64String(SHA1.HashData(text));
#pragma warning restore CA5350
    }
}
