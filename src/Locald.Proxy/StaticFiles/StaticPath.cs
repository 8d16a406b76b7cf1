using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Locald.Proxy.Routing;

namespace Locald.Proxy.StaticFiles;

/// <summary>What a request's path means in a folder.</summary>
internal enum StaticPathOutcome
{
    Fine,

    /// <summary>No path that two readers would agree on: 400.</summary>
    Malformed,

    /// <summary>A path that names nothing that is ever served: 404.</summary>
    Hidden,
}

/// <summary>Turns the path of a URL into a path below a folder.</summary>
internal static class StaticPath
{
    /// <summary>Names that Windows keeps for devices, in any folder and with any extension.</summary>
    private static readonly string[] WindowsDevices = ["aux", "con", "conin$", "conout$", "nul", "prn"];

    /// <summary>
    /// Decodes percent-encoding once and checks each segment: a dot segment, a slash or backslash that was encoded, a control
    /// character and bad UTF-8 are malformed; an empty segment and a name that begins with a dot (keys, <c>.git</c>, <c>.env</c>) are hidden,
    /// but for <c>/.well-known/</c> (RFC 8615).
    /// </summary>
    /// <param name="path">Raw, begins with a slash; a final slash is left out of the result.</param>
    /// <param name="relative">Segments joined by the system's separator; empty for the folder itself.</param>
    internal static StaticPathOutcome Read(string path, out string relative)
    {
        relative = "";
        if (!path.StartsWith('/'))
        {
            return StaticPathOutcome.Malformed;
        }

        string[] raw = path[1..].Split('/');
        int count = raw[^1].Length == 0 ? raw.Length - 1 : raw.Length;
        string[] segments = new string[count];
        for (int i = 0; i < count; i++)
        {
            if (Decode(raw[i]) is not { } segment || segment is "." or ".." || segment.Any(c => char.IsControl(c) || c is '/' or '\\'))
            {
                return StaticPathOutcome.Malformed;
            }

            if (segment.Length == 0 || (segment[0] == '.' && !(i == 0 && segment == ".well-known")) || (OperatingSystem.IsWindows() && IsSpecialOnWindows(segment)))
            {
                return StaticPathOutcome.Hidden;
            }

            segments[i] = segment;
        }

        relative = string.Join(Path.DirectorySeparatorChar, segments);
        return StaticPathOutcome.Fine;
    }

    /// <summary>The text of a segment, or null where it is no percent-encoded UTF-8.</summary>
    private static string? Decode(string segment)
    {
        if (Ascii.IsValid(segment) && !segment.Contains('%'))
        {
            return segment;
        }

        // A request's path may hold raw bytes beyond ASCII; they arrive as one character each.
        if (segment.Any(c => c > 0xff))
        {
            return null;
        }

        byte[] bytes = Encoding.Latin1.GetBytes(segment);
        ArrayBufferWriter<byte> decoded = new(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            int value = bytes[i];
            if (value == '%')
            {
                value = UriText.Encoded(bytes, i);
                i += 2;
            }

            if (value < 0)
            {
                return null;
            }

            decoded.Write([(byte)value]);
        }

        return Utf8.IsValid(decoded.WrittenSpan) ? Encoding.UTF8.GetString(decoded.WrittenSpan) : null;
    }

    /// <summary>Streams (<c>file:x</c>), devices and names that Windows would change.</summary>
    private static bool IsSpecialOnWindows(string segment)
    {
        string stem = segment.Split('.')[0].TrimEnd(' ').ToLowerInvariant();
        return segment.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || segment.EndsWith('.') || segment.EndsWith(' ')
            || WindowsDevices.Contains(stem)
            || (stem.Length == 4 && (stem.StartsWith("com", StringComparison.Ordinal) || stem.StartsWith("lpt", StringComparison.Ordinal)) && !char.IsAsciiLetter(stem[3]));
    }
}
