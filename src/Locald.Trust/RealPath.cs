namespace Locald.Trust;

/// <summary>What a path leads to, every link in it resolved: two paths with one real path are one file.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows (path_resolution(7)); more is a circle.</summary>
    private const int MostLinks = 40;

    /// <param name="path">Absolute. What does not exist of it is kept as it is written.</param>
    /// <returns>Null where links lead in a circle.</returns>
    public static string? Of(string path)
    {
        Stack<string> ahead = new(Parts(path).Reverse());
        string real = "";
        int links = 0;
        while (ahead.TryPop(out string? part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) is { Length: > 1 } parent ? parent : "";
                continue;
            }

            string next = $"{real}/{part}";
            if (LinkTarget(next) is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            real = target.StartsWith('/') ? "" : real;
            foreach (string one in Parts(target).Reverse())
            {
                ahead.Push(one);
            }
        }

        return real.Length == 0 ? "/" : real;
    }

    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".");

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
