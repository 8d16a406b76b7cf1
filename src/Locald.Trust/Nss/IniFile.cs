using System.Runtime.Versioning;
using System.Text;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// A file in Mozilla's ini form: sections in brackets, <c>Key=value</c>, comments after <c>;</c> or <c>#</c> at the start of a line.
/// It lies in a home folder, so that anything may stand in it: what makes no sense is passed over, and no more than a bounded part of
/// it is read.
/// </summary>
internal static class IniFile
{
    /// <summary>A thousand profiles take 100 KB.</summary>
    internal const int LongestFile = 1 << 20;

    /// <summary>Linux's own bound for a path.</summary>
    private const int LongestValue = 4096;

    /// <summary>A few for each of a thousand profiles.</summary>
    private const int MostSections = 4000;

    /// <summary>Reads a file; no section where there is none, where it cannot be read or is no regular file.</summary>
    [SupportedOSPlatform("linux")]
    internal static IReadOnlyList<IniSection> Read(string path)
    {
        try
        {
            if (!UnixFile.IsRegular(path))
            {
                return [];
            }

            using FileStream file = File.OpenRead(path);
            byte[] text = new byte[Math.Min(file.Length, LongestFile)];
            return Parse(text.AsSpan(0, file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The sections in the file's order, those of one name each by itself.</summary>
    internal static IReadOnlyList<IniSection> Parse(ReadOnlySpan<byte> file)
    {
        List<IniSection> sections = [];
        Dictionary<string, string>? current = null;
        foreach (string raw in Encoding.UTF8.GetString(file[..Math.Min(file.Length, LongestFile)]).TrimStart('\uFEFF').Split('\n', '\r'))
        {
            // A folder's name may end in a space, as Firefox lets it; what stands before a name or a bracket means nothing.
            string line = raw.TrimStart();
            if (line.StartsWith('['))
            {
                if (sections.Count == MostSections)
                {
                    break;
                }

                int end = line.IndexOf(']');
                sections.Add(new(line[1..(end < 0 ? line.Length : end)].Trim(), current = new(StringComparer.OrdinalIgnoreCase)));
            }
            else if (current is not null && line.IndexOf('=') is > 0 and int equals && line[0] is not (';' or '#') && line.Length - equals <= LongestValue && !line.Contains('\0'))
            {
                current[line[..equals].TrimEnd()] = line[(equals + 1)..].TrimStart();
            }
        }

        return sections;
    }
}
