using Locald.Running;
using Locald.Trust;

namespace Locald.Configuration;

/// <summary>Finds and loads a project's <c>locald.json</c>.</summary>
internal static class ConfigFile
{
    internal const string Name = "locald.json";

    /// <summary>Bytes; ten thousand routes have a tenth of it.</summary>
    private const int Longest = 4 * 1024 * 1024;

    /// <summary>
    /// The nearest file from a folder up to the root of its repository; null where there is none. Outside of a repository only the
    /// folder itself is looked at: what somebody left in /tmp or in a home is not this project's.
    /// </summary>
    internal static string? Find(string folder)
    {
        string root = GitCheckout.Around(folder)?.Root ?? folder;
        for (string? at = folder; at is not null; at = at == root ? null : Path.GetDirectoryName(at))
        {
            string file = Path.Combine(at, Name);
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    /// <exception cref="UserError">The file cannot be read, or something is wrong in it: the first fault, with line and column.</exception>
    internal static ProjectConfig Load(string path) => Checked(Disk.ReadBytes(path, Longest), path);

    /// <inheritdoc cref="ConfigReader.Read"/>
    /// <exception cref="UserError">The file cannot be read.</exception>
    internal static (ProjectConfig Config, IReadOnlyList<ConfigFault> Faults) Check(string path) => ConfigReader.Read(Disk.ReadBytes(path, Longest), path);

    /// <inheritdoc cref="Load"/>
    internal static ProjectConfig Checked(byte[] text, string path)
    {
        (ProjectConfig config, IReadOnlyList<ConfigFault> faults) = ConfigReader.Read(text, path);
        return faults is [var first, ..] ? throw Fault(path, first, faults.Count - 1) : config;
    }

    /// <inheritdoc cref="Disk.TryReadBytes"/>
    internal static byte[]? TryRead(string path) => Disk.TryReadBytes(path, Longest);

    private static UserError Fault(string path, ConfigFault first, int others)
    {
        string more = others == 0 ? "" : $" (and {others} more)";
        return new($"reading {path}", $"line {first.Line}, column {first.Column}: {first.Message}{more}", ExitCode.Failed, $"locald config check {ShellWord.Quote(path)}");
    }
}
