using System.Security.Cryptography;
using System.Text;
using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

[Trait("Inputs", "Random")]
public sealed class RandomWebSocketTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    [Fact]
    public void Only_the_one_right_answer_to_a_key_is_taken()
    {
#pragma warning disable CA5350 // The protocol asks for SHA-1.
        string answer = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        string seed = Heads.Lines("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", $"Sec-WebSocket-Accept: {answer}");
        double accepted = RandomInputs.Run([seed], ["\r\n", " ", "\t", "=", "==", "A", "\0", ",", $"Sec-WebSocket-Accept: {answer}\r\n", "sec-websocket-accept:\r\n", answer, "X: y\r\n"], (bytes, _) =>
        {
            if (!Heads.Text(bytes).Contains("\r\n\r\n", StringComparison.Ordinal) || Heads.JudgeResponse(Heads.Text(bytes), out ResponseHead head) != HeadFault.None)
            {
                return false;
            }

            string[] lines = Heads.Text(bytes).Split("\r\n\r\n")[0].Split("\r\n")[1..];
            string[] answers = [.. lines.Where(l => l.StartsWith("sec-websocket-accept:", StringComparison.OrdinalIgnoreCase)).Select(l => l[21..].Trim(' ', '\t'))];
            bool right = WebSocketKey.IsAccepted(Key, head.Fields.Find("sec-websocket-accept", bytes));
            Assert.Equal(answers is [var only] && only == answer, right);
            Assert.False(WebSocketKey.IsAccepted(null, head.Fields.Find("sec-websocket-accept", bytes)));
            head.Fields.Dispose();
            return right;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }
}
