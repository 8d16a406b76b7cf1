using Locald.Trust.Linux;

namespace Locald.Trust.Java;

/// <summary>
/// One change of a key store, which happens to a copy beside it: a JVM that starts in the middle reads the old file or the new one.
/// While it is open, no other locald changes the file; who else does is noticed before the copy takes its place.
/// </summary>
internal sealed class KeyStoreSwap : IDisposable
{
    private readonly string _keyStore;
    private readonly FileStream _held;
    private byte[] _original = [];

    private KeyStoreSwap(string keyStore, FileStream held) => (_keyStore, _held) = (keyStore, held);

    /// <summary>What to change.</summary>
    internal string Copy => _keyStore + ".locald-new";

    /// <summary>The original while the copy takes its place. Only a killed run leaves it, or a disk that took neither.</summary>
    internal static string BackupOf(string keyStore) => keyStore + ".locald-backup";

    private string Backup => BackupOf(_keyStore);

    /// <summary>Waits for whoever else has it open, and puts right what a killed run left.</summary>
    /// <exception cref="TimeoutException">The other one does not come to an end.</exception>
    /// <exception cref="IOException">The disk is full or read-only.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    internal static KeyStoreSwap Open(string keyStore)
    {
        KeyStoreSwap swap = new(keyStore, KeyStoreLock.Take(keyStore + ".locald-lock"));
        try
        {
            swap.Recover();
            return swap;
        }
        catch
        {
            swap.Dispose();
            throw;
        }
    }

    /// <summary>Makes the copy anew.</summary>
    /// <exception cref="IOException">As <see cref="Open"/>.</exception>
    internal void Begin()
    {
        File.Delete(Copy);
        _original = File.ReadAllBytes(_keyStore);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using FileStream copy = new(Copy, options);
        copy.Write(_original);
    }

    /// <summary>Puts the copy in place of the key store, with its owner and its permissions.</summary>
    /// <returns>False where somebody else changed the key store since <see cref="Begin"/>: nothing was done.</returns>
    /// <exception cref="IOException">It could not be put there; the key store is as it was, or else the text says where its copy is.</exception>
    internal bool Place()
    {
        if (!_original.AsSpan().SequenceEqual(File.ReadAllBytes(_keyStore)))
        {
            return false;
        }

        using (FileStream copy = new(Copy, FileMode.Open, FileAccess.Write))
        {
            copy.Flush(flushToDisk: true);
        }

        if (!Renamed())
        {
            WriteThrough(File.ReadAllBytes(Copy));
        }

        return true;
    }

    public void Dispose()
    {
        try
        {
            File.Delete(Copy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run deletes it.
        }

        _held.Dispose();
    }

    /// <summary>A file that is mounted by itself cannot be replaced (EBUSY), and a user may write to another's file but not give one away.</summary>
    private bool Renamed()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // Keeps the access list.
                File.Replace(Copy, _keyStore, destinationBackupFileName: null);
                return true;
            }

            if (!OperatingSystem.IsLinux() || !UnixFile.TakeOwner(Copy, _keyStore))
            {
                return false;
            }

            File.SetUnixFileMode(Copy, File.GetUnixFileMode(_keyStore));
            File.Move(Copy, _keyStore, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void WriteThrough(byte[] content)
    {
        File.Delete(Backup);
        File.Copy(_keyStore, Backup);
        try
        {
            Overwrite(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            try
            {
                Overwrite(_original);
            }
            catch (Exception again) when (again is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"it could not be put back as it was: its copy is {Backup}");
            }

            File.Delete(Backup);
            throw;
        }

        File.Delete(Backup);
    }

    /// <summary>Over the old bytes and not after them: on a full disk their room is there.</summary>
    private void Overwrite(byte[] content)
    {
        using FileStream file = new(_keyStore, FileMode.Open, FileAccess.Write);
        file.Write(content);
        file.SetLength(content.Length);
        file.Flush(flushToDisk: true);
    }

    private void Recover()
    {
        if (!File.Exists(Backup))
        {
            return;
        }

        (KeyStoreContent? kept, _) = KeyStoreFile.Read(Backup);
        (KeyStoreContent? now, KeyStoreFault fault) = KeyStoreFile.Read(_keyStore);
        bool half = fault == KeyStoreFault.Damaged || (now is not null && kept is not null && now.UnderDefault != kept.UnderDefault);
        if (half && kept is not null)
        {
            Overwrite(File.ReadAllBytes(Backup));
        }

        if (!half || kept is not null)
        {
            File.Delete(Backup);
        }
    }
}
