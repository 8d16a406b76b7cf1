namespace Locald.Proxy.StaticFiles;

/// <summary>Follows symbolic links in every part of a path, as realpath(3) does.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows (path_resolution(7)).</summary>
    private const int MaxLinks = 40;

    /// <summary>The path without links, or null where there are too many. Parts that do not exist stay as they are.</summary>
    /// <param name="path">Absolute.</param>
    /// <exception cref="IOException">The file system failed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way cannot be searched.</exception>
    internal static string? Of(string path)
    {
        string root = Path.GetPathRoot(path)!;
        Stack<string> rest = Parts(path[root.Length..]);
        string resolved = root;
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }

            string next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            if (Path.IsPathRooted(target))
            {
                resolved = Path.GetPathRoot(target)!;
                target = target[resolved.Length..];
            }

            foreach (string linked in Parts(target).Reverse())
            {
                rest.Push(linked);
            }
        }

        return resolved;
    }

    /// <summary>The parts of a relative path, first on top.</summary>
    private static Stack<string> Parts(string path) =>
        new(path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").Reverse());
}
