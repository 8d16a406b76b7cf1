using System.Text;
using Locald.Certificates;
using Locald.Certificates.Files;
using Locald.Trust;

namespace Locald.Hosts;

/// <summary>The system's hosts file, changed as a whole or not at all.</summary>
/// <param name="path">As the system calls it.</param>
internal sealed class HostsFile(string path)
{
    /// <summary>Blocklists of advertisers have a megabyte or two.</summary>
    private const int Longest = 16 << 20;

    /// <summary>EBUSY: a container's hosts file is mounted over, and cannot be replaced. EROFS: all around it may be read-only, and it is not.</summary>
    private const int Busy = 16, ReadOnly = 30;

    /// <summary>Where every program of the machine looks first.</summary>
    internal static string SystemPath => OperatingSystem.IsWindows()
        ? System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.System), @"drivers\etc\hosts") : "/etc/hosts";

    internal string Path { get; } = path;

    /// <returns>Whether the file was changed; false where it was so already.</returns>
    /// <param name="names">For whom our part is to be; none takes it out.</param>
    /// <exception cref="UserError">It cannot be read or written, or the marks in it are damaged.</exception>
    internal bool Change(IReadOnlyList<string> names)
    {
        string text = Read();
        string wanted = Find(text).With(names);
        if (wanted == text)
        {
            return false;
        }

        Write(wanted);
        return true;
    }

    /// <returns>Whether our part is there for exactly these names, or for none.</returns>
    internal bool IsSo(IReadOnlyList<string> names)
    {
        string text = Read();
        return Find(text).With(names) == text;
    }

    /// <summary>Our part as it stands.</summary>
    /// <exception cref="UserError">As <see cref="Change"/>.</exception>
    internal HostsBlock Find() => Find(Read());

    private HostsBlock Find(string text) => HostsBlock.Parse(text) switch
    {
        ({ } found, _) => found,
        (_, var line) => throw new UserError("changing the hosts file", $"{Path} has a mark of locald at line {line} without its other half, or a second one", ExitCode.Failed,
            $"delete the lines of locald in {Path} with an editor, then: locald hosts --apply"),
    };

    private string Read()
    {
        try
        {
            // The file that is opened is measured: of a link, the path alone tells the link's own length.
            using FileStream file = new(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > Longest)
            {
                throw new UserError("reading the hosts file", $"{Path} is larger than {Longest >> 20} MiB", ExitCode.Failed, $"ls -lL {ShellWord.Quote(Path)}");
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return Encoding.Latin1.GetString(bytes);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError("reading the hosts file", $"{Path}: {e.Message.TrimEnd('.')}", ExitCode.Failed, $"ls -l {ShellWord.Quote(Path)}");
        }
    }

    private void Write(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        try
        {
            string target = new FileInfo(Path).LinkTarget is null ? Path : File.ResolveLinkTarget(Path, returnFinalTarget: true)!.FullName;
            bool isThere = File.Exists(target);
            UnixFileMode mode = OperatingSystem.IsWindows() || !isThere ? AtomicFile.Public : File.GetUnixFileMode(target);
            try
            {
                AtomicFile.Write(target, bytes, mode, OperatingSystem.IsWindows() || !isThere ? null : FileOwner.Of(target));
            }
            catch (IOException e) when (e.HResult is Busy or ReadOnly && isThere)
            {
                InPlaceFile.Write(target, bytes);
            }
        }
        catch (UnauthorizedAccessException)
        {
            throw new UserError("writing the hosts file", $"{Path} may not be written", ExitCode.Permission, "sudo locald hosts --apply");
        }
        catch (IOException e)
        {
            throw new UserError("writing the hosts file", $"{Path}: {e.Message.Split(" : '")[0].TrimEnd('.')}", ExitCode.Failed,
                File.Exists("/etc/NIXOS") ? "add the names to networking.hosts in /etc/nixos/configuration.nix" : $"df {ShellWord.Quote(Path)}");
        }
    }
}
