using System.Text;
using Locald.Proxy.IO;

namespace Locald.Proxy.Messages;

/// <summary>
/// The Date of a message that has none: a server with a clock sends it, and adds it to what it forwards (RFC 9110 §6.6.1).
/// A second's line is made once.
/// </summary>
internal static class DateField
{
    private static Line _latest = new(0, []);

    internal static void Append(OutputBuffer output) => output.Append(At(DateTimeOffset.UtcNow));

    /// <summary>The whole field line for that time, CRLF included.</summary>
    internal static ReadOnlySpan<byte> At(DateTimeOffset time)
    {
        long second = time.ToUnixTimeSeconds();
        Line line = _latest;
        if (line.Second != second)
        {
            _latest = line = new(second, Encoding.ASCII.GetBytes($"Date: {time:R}\r\n"));
        }

        return line.Bytes;
    }

    /// <summary>The present time's value alone.</summary>
    internal static ReadOnlySpan<byte> Now => At(DateTimeOffset.UtcNow)["Date: ".Length..^2];

    private sealed record Line(long Second, byte[] Bytes);
}
