using System.Text.Json;
using Locald.Control;

namespace Locald.Serving;

/// <summary>
/// A file that is there while the server is ready and at no other time, for scripts to wait for. It appears whole, with the JSON of
/// <see cref="InstanceStatus"/> in it.
/// </summary>
internal sealed class ReadyFile : IDisposable
{
    private readonly string _path;
    private readonly string _unfinished;
    private FileStream? _file;

    private ReadyFile(string path, string unfinished, FileStream file) => (_path, _unfinished, _file) = (path, unfinished, file);

    /// <summary>Takes away what an earlier run left, and makes sure the file can be written later.</summary>
    /// <exception cref="UserError">It cannot be written there.</exception>
    internal static ReadyFile Prepare(string path)
    {
        // A link's target is replaced, not the link: /dev/stdout is one.
        try
        {
            if (new FileInfo(path) is { LinkTarget: not null } link)
            {
                path = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            }

            if (Directory.Exists(path) || (File.Exists(path) && !IsPlain(path)))
            {
                throw new UserError("serve", $"the ready file {path} would replace something that is no plain file", ExitCode.Usage, "locald serve --ready-file locald.ready");
            }

            string unfinished = $"{path}.{Environment.ProcessId}.new";
            FileStream file = new(unfinished, FileMode.Create, FileAccess.Write, FileShare.Read);
            File.Delete(path);
            return new(path, unfinished, file);
        }
        catch (DirectoryNotFoundException)
        {
            throw new UserError("serve", $"the ready file's folder {Path.GetDirectoryName(path)} does not exist", ExitCode.Failed, $"mkdir -p {Path.GetDirectoryName(path)}");
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UserError("serve", $"the ready file {path} cannot be written ({error.Message.TrimEnd('.')})", ExitCode.Permission, $"ls -ld {Path.GetDirectoryName(path)}");
        }
        catch (IOException error)
        {
            throw new UserError("serve", $"the ready file {path} cannot be written ({error.Message.TrimEnd('.')})", ExitCode.Failed, $"ls -ld {Path.GetDirectoryName(path)}");
        }
    }

    /// <summary>Lets the file appear.</summary>
    /// <exception cref="UserError">The disk is full, or the folder went away.</exception>
    internal void Announce(InstanceStatus status)
    {
        try
        {
            using (FileStream file = _file!)
            {
                using (Utf8JsonWriter json = new(file))
                {
                    json.WriteStartObject();
                    status.Write(json);
                    json.WriteEndObject();
                }

                file.WriteByte((byte)'\n');
            }

            _file = null;
            File.Move(_unfinished, _path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError("serve", $"the ready file {_path} cannot be written ({error.Message.TrimEnd('.')})", ExitCode.Failed, $"df {Path.GetDirectoryName(_path)}");
        }
    }

    /// <summary>Takes the file away, whether it appeared or not.</summary>
    public void Dispose()
    {
        try
        {
            _file?.Dispose();
            File.Delete(_unfinished);
            File.Delete(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its folder went away or became read-only: there is nothing left to do.
        }
    }

    /// <summary>Only a plain file can be given a length; a device or a pipe, which a rename would replace, cannot.</summary>
    private static bool IsPlain(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            file.SetLength(file.Length);
            return true;
        }
        catch (Exception error) when (error is IOException or NotSupportedException)
        {
            return false;
        }
    }
}
