using Locald.Nss.Interop;
using Microsoft.Win32.SafeHandles;

namespace Locald.Nss;

/// <summary>
/// Sees that somebody holds an opened database locked. NSS does not say so: it tries again for a long time, and PK11_ImportCert, which
/// takes a busy file for a number that is in use, for ever (3.87).
/// </summary>
internal static class LockWatch
{
    /// <summary>A browser's own change takes some milliseconds; on a sleeping disk seconds.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Never closed: with any descriptor of a file that a process closes, all its locks on that file go (fcntl(2)), and so SQLite's.</summary>
    private static readonly List<SafeFileHandle> s_files = [];

    /// <param name="folder">The database's.</param>
    /// <param name="writes">Whether readers stand in the way too.</param>
    /// <param name="found">Called on a thread of its own, where after the patience a file was locked twice in a row.</param>
    internal static void Start(string folder, bool writes, Action found)
    {
        try
        {
            foreach (string file in Condition.Files)
            {
                string path = Path.Combine(folder, file);
                if (File.Exists(path))
                {
                    s_files.Add(Disk.Open(path));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // NSS will not open them either.
            return;
        }

        new Thread(() =>
        {
            Thread.Sleep(s_patience);
            for (int seen = 0; seen < 2; seen = s_files.Exists(f => LibC.IsLocked(f, writes)) ? seen + 1 : 0)
            {
                Thread.Sleep(s_pause);
            }

            found();
        })
        { IsBackground = true }.Start();
    }
}
