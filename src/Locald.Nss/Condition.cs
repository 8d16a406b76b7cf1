using Locald.Nss.Interop;
using Microsoft.Win32.SafeHandles;

namespace Locald.Nss;

/// <summary>
/// What is the matter with the files of a database that NSS did not open or change. Its own answers do not tell: to a reader it says
/// SEC_ERROR_BAD_DATABASE (-8174) for a missing, an unreadable, a damaged and, after a second of waiting, a locked file alike, to a
/// writer SEC_ERROR_PKCS11_DEVICE_ERROR (-8025) for all of these and for a full disk (NSS 3.87 and 3.125).
/// </summary>
internal static class Condition
{
    internal const string Missing = "missing";
    internal const string Unreadable = "unreadable";
    internal const string Locked = "locked";
    internal const string Full = "full";
    internal const string Damaged = "damaged";

    /// <summary>Certificates without a key4.db: <see cref="Nss.Keyless"/>.</summary>
    internal const string Keyless = "keyless";

    /// <summary>A folder, a pipe or a device by the name of a file.</summary>
    internal const string NoFile = "nofile";

    /// <summary>Both are needed; SQLite gives them the same form.</summary>
    internal static readonly string[] Files = ["cert9.db", "key4.db"];

    /// <summary>Creating both takes half a megabyte with the newest NSS.</summary>
    private const ulong LeastSpace = 1 << 20;

    /// <summary>Whether what is there are ordinary files: SQLite would wait for ever at a pipe.</summary>
    internal static bool AreFiles(string folder) => Array.TrueForAll(Files, file => LibC.IsFile(Path.Combine(folder, file)) ?? true);

    /// <param name="folder">The database's.</param>
    /// <param name="toWrite">Whether it was to be written: then whoever reads it stands in the way too.</param>
    /// <returns>One of the words above.</returns>
    internal static string Of(string folder, bool toWrite)
    {
        foreach (string file in Files)
        {
            try
            {
                using SafeFileHandle handle = Disk.Open(Path.Combine(folder, file));
                byte[] header = new byte[16];
                int read = RandomAccess.Read(handle, header, 0);
                if (read == 0)
                {
                    // A file that SQLite made, and had no room to begin.
                    return toWrite && !HasSpace(folder) ? Full : WhatIsLeft(folder);
                }

                if (!header.AsSpan().SequenceEqual("SQLite format 3\0"u8))
                {
                    return Damaged;
                }

                if (LibC.IsLocked(handle, toWrite))
                {
                    return Locked;
                }
            }
            catch (FileNotFoundException)
            {
                return HasSpace(folder) ? WhatIsLeft(folder) : Full;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Unreadable;
            }
        }

        return HasSpace(folder) ? Damaged : Full;
    }

    private static string WhatIsLeft(string folder) => Nss.Keyless.Is(folder) ? Keyless : Missing;

    private static bool HasSpace(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return LibC.SpaceOn(folder) is not { } space || space >= LeastSpace;
    }
}
