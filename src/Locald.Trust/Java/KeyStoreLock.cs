namespace Locald.Trust.Java;

/// <summary>Held by whoever changes a key store, of whatever user. The kernel gives it back when its holder dies.</summary>
internal static class KeyStoreLock
{
    /// <summary>Somebody else's keytool, at its slowest.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <param name="path">The file that is the lock; it goes with it.</param>
    /// <exception cref="TimeoutException">Its holder does not come to an end.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    internal static FileStream Take(string path)
    {
        long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                FileStream held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                if (File.Exists(path))
                {
                    return held;
                }

                // Locked just after its last holder had deleted it.
                held.Dispose();
            }
            catch (IOException e) when (e.HResult is 11 or 35 or unchecked((int)0x80070020))
            {
                // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION.
                if (Environment.TickCount64 > end)
                {
                    throw new TimeoutException($"another locald has held {path} for {s_patience.TotalMinutes:0} minutes");
                }

                Thread.Sleep(s_pause);
            }
        }
    }
}
