using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Locald.Certificates.Interop.Unix;
using Microsoft.Win32.SafeHandles;

namespace Locald.Certificates.Files;

/// <summary>
/// The right to write into a folder of ours, held by one process at a time. The kernel gives it back when its holder dies,
/// so a killed process locks nobody out.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly SafeHandle _held;

    private FolderLock(SafeHandle held) => _held = held;

    /// <summary>Waits its turn, then clears away what a killed holder left unfinished.</summary>
    /// <returns>The lock, or null where another process did not give it back in time.</returns>
    /// <exception cref="IOException">The folder cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    internal static FolderLock? Take(string folder)
    {
        long end = Environment.TickCount64 + (long)Limits.LockWait.TotalMilliseconds;
        do
        {
            if ((OperatingSystem.IsWindows() ? TryTakeFile(folder) : TryTakeFolder(folder)) is { } held)
            {
                foreach (string leftover in Directory.EnumerateFiles(folder, "*" + UnfinishedFile.Ending))
                {
                    File.Delete(leftover);
                }

                return new FolderLock(held);
            }

            Thread.Sleep(Pause);
        }
        while (Environment.TickCount64 < end);
        return null;
    }

    public void Dispose() => _held.Dispose();

    /// <summary>The folder itself is locked, so that no lock file has to have an owner and stay behind.</summary>
    [UnsupportedOSPlatform("windows")]
    private static SafeFileHandle? TryTakeFolder(string folder)
    {
        SafeFileHandle handle = LibC.OpenFolder(folder);
        if (handle.IsInvalid)
        {
            throw new IOException($"opening {folder}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
        }

        // A file system without locks (some network homes) answers with another error: there, writes are still atomic.
        if (LibC.Lock(handle, LibC.LockExclusive | LibC.LockNonBlocking) != 0 && Marshal.GetLastPInvokeError() == LibC.WouldBlock)
        {
            handle.Dispose();
            return null;
        }

        return handle;
    }

    [SupportedOSPlatform("windows")]
    private static SafeFileHandle? TryTakeFile(string folder)
    {
        const int SharingViolation = 32;
        try
        {
            return File.OpenHandle(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (IOException busy) when ((busy.HResult & 0xFFFF) == SharingViolation)
        {
            return null;
        }
    }
}
