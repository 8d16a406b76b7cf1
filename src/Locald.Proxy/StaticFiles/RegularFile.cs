using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Locald.Proxy.StaticFiles;

/// <summary>Opens files for reading in a way that a pipe or a device cannot hold up.</summary>
internal static partial class RegularFile
{
    private const int NotPermitted = 1;
    private const int NoSuchFile = 2;
    private const int Interrupted = 4;
    private const int NoSuchDevice = 6;
    private const int AccessDenied = 13;
    private const int NotDirectory = 20;

    /// <summary>The file, or null where there is none or it is no regular file.</summary>
    /// <exception cref="UnauthorizedAccessException">It is not this user's to read.</exception>
    /// <exception cref="IOException">The system failed.</exception>
    internal static SafeFileHandle? Open(string path)
    {
        SafeFileHandle? handle = OperatingSystem.IsWindows() ? OpenOnWindows(path) : OpenOnUnix(path);
        if (handle is null)
        {
            return null;
        }

        try
        {
            _ = RandomAccess.GetLength(handle);
            return handle;
        }
        catch (NotSupportedException)
        {
            // Not seekable: a pipe or a terminal.
            handle.Dispose();
            return null;
        }
    }

    private static SafeFileHandle? OpenOnWindows(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The base class library's own open waits for a writer where the path is a named pipe.</summary>
    [UnsupportedOSPlatform("windows")]
    private static SafeFileHandle? OpenOnUnix(string path)
    {
        // O_RDONLY | O_NONBLOCK | O_CLOEXEC
        int flags = OperatingSystem.IsMacOS() ? 0x4 | 0x1000000 : 0x800 | 0x80000;
        while (true)
        {
            int file = OpenFile(path, flags);
            if (file >= 0)
            {
                return new(file, ownsHandle: true);
            }

            int error = Marshal.GetLastPInvokeError();
            switch (error)
            {
                case Interrupted:
                    continue;
                case NoSuchFile or NotDirectory or NoSuchDevice:
                    return null;
                case AccessDenied or NotPermitted:
                    throw new UnauthorizedAccessException(Marshal.GetPInvokeErrorMessage(error));
                default:
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);
}
