using Locald.Certificates;
using Locald.Certificates.Files;

namespace Locald;

/// <summary>Files that a user named: what goes wrong with them is the user's to mend, and told as such.</summary>
internal static class Disk
{
    /// <exception cref="UserError">There is no such file, or it may not be read.</exception>
    internal static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault("reading", path, error);
        }
    }

    /// <summary>Creates or replaces a file as a whole. A link is followed, so that it goes on being one.</summary>
    /// <exception cref="UserError">The folder is missing or may not be written, or the disk is full.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        try
        {
            string target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
            if (IsDevice(path) || IsDevice(target))
            {
                throw new IOException("it is a device, not a file");
            }

            AtomicFile.Write(target, content, mode, owner);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault("writing", path, error);
        }
    }

    /// <exception cref="UserError">The file may not be written, or the disk is full.</exception>
    internal static void Append(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            File.AppendAllBytes(path, content);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault("writing", path, error);
        }
    }

    /// <summary>Replacing a device by a file breaks the machine, and /dev/stdout is a link to whatever the output goes to.</summary>
    private static bool IsDevice(string path) => !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));

    private static UserError Fault(string doing, string path, Exception error)
    {
        string folder = Path.GetDirectoryName(path) ?? path;
        return error switch
        {
            _ when Directory.Exists(path) => new($"{doing} {path}", "it is a folder", ExitCode.Failed, $"ls {path}"),
            FileNotFoundException => new($"{doing} {path}", "there is no such file", ExitCode.Failed, $"ls {folder}"),
            DirectoryNotFoundException => new($"{doing} {path}", "there is no such folder", ExitCode.Failed, $"mkdir -p {folder}"),
            UnauthorizedAccessException => new($"{doing} {path}", "permission denied", ExitCode.Permission, $"ls -ld {folder}"),
            _ => new($"{doing} {path}", error.Message, ExitCode.Failed, $"df -h {folder}"),
        };
    }
}
