using System.Text;
using Locald.Proxy.Http1;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

/// <summary>Heads as text, one character per byte.</summary>
internal static class Heads
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>A GET with a Host and these field lines, each without its CRLF.</summary>
    public static string Get(params string[] lines) => Lines(["GET / HTTP/1.1", "Host: app.localhost", .. lines]);

    public static string Post(params string[] lines) => Lines(["POST / HTTP/1.1", "Host: app.localhost", .. lines]);

    public static string Lines(params string[] lines) => string.Concat(lines.Select(l => l + "\r\n")) + "\r\n";

    /// <summary>The fault the session would see: the scanner's, else the parser's.</summary>
    public static HeadFault Judge(string text, out RequestHead head)
    {
        head = new();
        HeadScanner scanner = default;
        HeadFault fault = scanner.Find(Bytes(text), out int length);
        return fault != HeadFault.None ? fault : head.Parse(Bytes(text).AsSpan(0, length));
    }

    public static HeadFault Judge(string text) => Judge(text, out _);

    public static RequestHead Request(string text)
    {
        Assert.Equal(HeadFault.None, Judge(text, out RequestHead head));
        return head;
    }

    public static HeadFault JudgeResponse(string text, out ResponseHead head)
    {
        head = new();
        HeadScanner scanner = default;
        HeadFault fault = scanner.Find(Bytes(text), out int length);
        return fault != HeadFault.None ? fault : head.Parse(Bytes(text).AsSpan(0, length));
    }

    public static ResponseHead Response(string text)
    {
        Assert.Equal(HeadFault.None, JudgeResponse(text, out ResponseHead head));
        return head;
    }

    /// <summary>What is written, as text.</summary>
    public static string Written(Action<OutputBuffer> write)
    {
        using MemoryStream stream = new();
        using OutputBuffer output = new(stream);
        write(output);
        output.FlushAsync().AsTask().GetAwaiter().GetResult();
        return Text(stream.ToArray());
    }
}
