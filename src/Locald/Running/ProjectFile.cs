namespace Locald.Running;

/// <summary>Reads the small files that a project is described by.</summary>
internal static class ProjectFile
{
    /// <summary>Bytes: a package.json that a person keeps has some thousand.</summary>
    private const int Longest = 1024 * 1024;

    /// <returns>The content without a byte order mark; null where there is no such file, or it is not ours to read, or not of that kind.</returns>
    internal static byte[]? Read(string path)
    {
        byte[]? content = Disk.TryReadBytes(path, Longest);
        return content.AsSpan().StartsWith("\uFEFF"u8) ? content![3..] : content;
    }

    /// <summary>The same as lines of text; empty where there is nothing to read.</summary>
    internal static string[] Lines(string path) =>
        Read(path) is { } content ? System.Text.Encoding.UTF8.GetString(content).ReplaceLineEndings("\n").Split('\n') : [];
}
