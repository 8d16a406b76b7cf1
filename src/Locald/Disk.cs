using Locald.Certificates;
using Locald.Certificates.Files;
using Locald.Trust;

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

    /// <exception cref="UserError">There is no such file, it may not be read, or it is longer than <paramref name="longest"/> bytes.</exception>
    internal static byte[] ReadBytes(string path, int longest)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return file.Length <= longest ? ReadWhole(file) : throw new IOException($"it has more than {longest} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault("reading", path, error);
        }
    }

    /// <inheritdoc cref="ReadBytes"/>
    /// <returns>Null where it cannot be read: it may be in the middle of being replaced.</returns>
    internal static byte[]? TryReadBytes(string path, int longest)
    {
        try
        {
            return ReadBytes(path, longest);
        }
        catch (UserError)
        {
            return null;
        }
    }

    private static byte[] ReadWhole(FileStream file)
    {
        byte[] content = new byte[file.Length];
        int read = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return content[..read];
    }

    /// <summary>Creates or replaces files that belong together, all of them or none. A link is followed, so that it goes on being one.</summary>
    /// <exception cref="UserError">A folder is missing or may not be written, or the disk is full.</exception>
    internal static void Write(FileOwner? owner, params ReadOnlySpan<NewFile> files)
    {
        List<UnfinishedFile> unfinished = [];
        string path = "";
        try
        {
            foreach (NewFile file in files)
            {
                path = file.Path;
                unfinished.Add(new(Place(path), file.Content, file.Mode, owner));
            }

            for (int i = 0; i < files.Length; i++)
            {
                path = files[i].Path;
                unfinished[i].Finish();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault("writing", path, error);
        }
        finally
        {
            unfinished.ForEach(f => f.Dispose());
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

    /// <exception cref="UserError">The file may not be removed. One that is not there is none.</exception>
    internal static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault("removing", path, error);
        }
    }

    /// <summary>Where a file goes: to the end of its links.</summary>
    private static string Place(string path)
    {
        string target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        return IsDevice(path) || IsDevice(target) ? throw new IOException("it is a device, not a file")
            : Directory.Exists(target) ? throw new IOException("it is a folder")
            : target;
    }

    /// <summary>Replacing a device by a file breaks the machine, and /dev/stdout is a link to whatever the output goes to.</summary>
    private static bool IsDevice(string path) => !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>What the system said, without the path that the runtime puts behind it: it may be a temporary one.</summary>
    private static string Reason(Exception error) => error.Message.Split(" : '")[0].TrimEnd('.');

    private static UserError Fault(string doing, string path, Exception error)
    {
        string folder = ShellWord.Quote(Path.GetDirectoryName(path) ?? path);
        return error switch
        {
            _ when Directory.Exists(path) => new($"{doing} {path}", "it is a folder", ExitCode.Failed, $"ls {ShellWord.Quote(path)}"),
            FileNotFoundException => new($"{doing} {path}", "there is no such file", ExitCode.Failed, $"ls {folder}"),
            DirectoryNotFoundException => new($"{doing} {path}", "there is no such folder", ExitCode.Failed, $"mkdir -p {folder}"),
            UnauthorizedAccessException => new($"{doing} {path}", "permission denied", ExitCode.Permission, $"ls -ld {folder}"),
            _ => new($"{doing} {path}", Reason(error), ExitCode.Failed, $"df -h {folder}"),
        };
    }
}
