using System.Globalization;
using System.Text.RegularExpressions;
using Locald.Proxy;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

/// <summary>The chunked coding as RFC 9112 §7.1 has it, read once more with regular expressions and no thought of speed.</summary>
internal static partial class NaiveChunks
{
    /// <summary>The data and where the body ends; null where there is no whole one.</summary>
    public static (string Data, int End)? Read(string text)
    {
        string data = "";
        for (int at = 0; SizeLine().Match(text, at) is { Success: true } line && line.Length <= Limits.ChunkLine;)
        {
            at += line.Length;
            long size = long.Parse(line.Groups[1].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                Match trailers = Trailers().Match(text, at);
                return trailers.Success && trailers.Length <= Limits.Head && NaiveFields.Read(trailers.Groups[1].Value) is not null ? (data, at + trailers.Length) : null;
            }

            if (size > text.Length - at - 2 || text[at + (int)size] != '\r' || text[at + (int)size + 1] != '\n')
            {
                return null;
            }

            data += text.Substring(at, (int)size);
            at += (int)size + 2;
        }

        return null;
    }

    [GeneratedRegex(@"\G([0-9a-fA-F]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n")]
    private static partial Regex SizeLine();

    /// <summary>Up to the first empty line.</summary>
    [GeneratedRegex(@"\G((?:[^\n]+\n)*?)\r\n")]
    private static partial Regex Trailers();
}
