namespace Locald;

/// <summary>Finds programs as a shell does.</summary>
internal static class PathSearch
{
    /// <summary>The absolute path of a program, or null where no folder of <c>PATH</c> holds it.</summary>
    internal static string? Find(string program, Session session)
    {
        foreach (string folder in (session.Variable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathRooted))
        {
            string path = Path.Combine(folder, program);
            if (File.Exists(path) && IsExecutable(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Whether somebody may execute it; on Windows the name tells.</summary>
    internal static bool IsExecutable(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0;
    }
}
