using System.Text;

namespace Locald.Trust.Nss;

/// <summary>
/// Which profiles a <c>profiles.ini</c> names. It is Mozilla's ini form: sections in brackets, <c>Key=value</c>, comments after
/// <c>;</c> or <c>#</c>. Each section [Profile…] has a Path, which is relative to the file's folder unless IsRelative=0; whatever
/// else stands there is passed over.
/// </summary>
internal static class ProfilesIni
{
    /// <summary>A thousand profiles take 100 KB.</summary>
    internal const int LongestFile = 1 << 20;

    /// <summary>More than anybody has; what comes after is not looked at.</summary>
    internal const int MostProfiles = 1000;

    /// <param name="file">The file's bytes.</param>
    /// <param name="folder">Where it lies, without a slash at the end.</param>
    /// <returns>Absolute paths, in the file's order, each once.</returns>
    internal static IReadOnlyList<string> Profiles(ReadOnlySpan<byte> file, string folder)
    {
        List<string> profiles = [];
        Section section = new();
        foreach (string raw in Encoding.UTF8.GetString(file[..Math.Min(file.Length, LongestFile)]).TrimStart('\uFEFF').Split('\n'))
        {
            string line = raw.Trim();
            if (line.StartsWith('['))
            {
                section.AddTo(profiles, folder);
                section = new() { IsProfile = line.StartsWith("[Profile", StringComparison.OrdinalIgnoreCase) };
            }
            else if (line.IndexOf('=') is > 0 and int equals && line[0] is not (';' or '#'))
            {
                section.Set(line[..equals].TrimEnd(), line[(equals + 1)..].TrimStart());
            }
        }

        section.AddTo(profiles, folder);
        return profiles;
    }

    private sealed class Section
    {
        private string? _path;
        private bool _isAbsolute;

        internal bool IsProfile { get; init; }

        internal void Set(string key, string value)
        {
            if (key.Equals("Path", StringComparison.OrdinalIgnoreCase))
            {
                _path = value;
            }
            else if (key.Equals("IsRelative", StringComparison.OrdinalIgnoreCase))
            {
                _isAbsolute = value == "0";
            }
        }

        internal void AddTo(List<string> profiles, string folder)
        {
            if (!IsProfile || _path is not { Length: > 0 and <= 4096 } path || path.Contains('\0') || profiles.Count >= MostProfiles)
            {
                return;
            }

            string full = _isAbsolute || path.StartsWith('/') ? path : $"{folder}/{path}";
            if (full.StartsWith('/') && Path.GetFullPath(full) is var clean && !profiles.Contains(clean))
            {
                profiles.Add(clean);
            }
        }
    }
}
