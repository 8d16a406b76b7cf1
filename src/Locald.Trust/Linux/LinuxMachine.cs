namespace Locald.Trust.Linux;

/// <summary>The Linux system that a store looks at: the running one, or a tree in a test's folder.</summary>
/// <param name="Root">Where its file tree begins: empty for the running system.</param>
/// <param name="SearchPath">The <c>PATH</c> to look for tools in, after the folders that hold system tools.</param>
/// <param name="Privileged">Whether this process may write to system folders.</param>
public sealed record LinuxMachine(string Root, string SearchPath, bool Privileged)
{
    /// <summary>An ordinary user's PATH on Debian has no sbin, where the tools live.</summary>
    private static readonly string[] s_systemFolders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

    /// <summary>How long a tool may take. A refresh with Java's hook takes about 1.5 s; a package lock or a slow disk much longer.</summary>
    public TimeSpan ToolLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether the person at the keyboard is root, and not somebody for whom sudo runs us.</summary>
    public bool PersonIsRoot { get; init; } = Privileged;

    public static LinuxMachine Running() =>
        new("", Environment.GetEnvironmentVariable("PATH") ?? "", Environment.IsPrivilegedProcess)
        {
            PersonIsRoot = Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("SUDO_UID") is null or "" or "0",
        };

    /// <summary>A command as the person must type it to run it as root.</summary>
    public string AsRoot(string command) => PersonIsRoot ? command : $"sudo {command}";

    /// <summary>Where a path of the system is to be found by this process.</summary>
    public string At(string path) => Root + path;

    /// <summary>A path as this process sees it, as the system calls it.</summary>
    public string Named(string path) => path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..] : path;

    /// <summary>The tool's path as this process sees it, or null where no folder holds it.</summary>
    public string? FindTool(string name) =>
        s_systemFolders.Concat(SearchPath.Split(Path.PathSeparator).Where(Path.IsPathRooted))
            .Select(folder => At($"{folder}/{name}")).FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string path)
    {
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & execute) != 0;
    }
}
