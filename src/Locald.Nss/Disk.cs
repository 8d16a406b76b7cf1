using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;
using Locald.Nss.Interop;
using Microsoft.Win32.SafeHandles;

namespace Locald.Nss;

/// <summary>
/// What <see cref="File"/> and <see cref="Directory"/> do too, in more code than all the rest of this program: an opened file brings
/// the names of its options (40 KB), a deleted folder a loader of types (100 KB).
/// </summary>
internal static class Disk
{
    /// <returns>The file, to be read.</returns>
    /// <exception cref="FileNotFoundException">Nothing has this name.</exception>
    /// <exception cref="IOException">It does not open.</exception>
    internal static SafeFileHandle Open(string path) => Open(path, 0);

    /// <returns>All of a file that is no longer than two gigabytes.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static byte[] Read(string path)
    {
        using SafeFileHandle file = Open(path);
        byte[] bytes = new byte[RandomAccess.GetLength(file)];
        return bytes.AsSpan(0, RandomAccess.Read(file, bytes, 0)).ToArray();
    }

    /// <summary>Writes a file, over what has its name.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static void Write(string path, string content)
    {
        using SafeFileHandle file = Open(path, LibC.CreateToWrite | LibC.Emptied);
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(content), 0);
    }

    /// <summary>Moves a file over what has its new name.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    internal static void MoveOver(string from, string to)
    {
        if (LibC.Rename(from, to) != 0)
        {
            throw Failed();
        }
    }

    /// <summary>Moves a file to where nothing is.</summary>
    /// <returns>False where something is.</returns>
    /// <exception cref="IOException">It cannot be moved.</exception>
    internal static bool MoveNew(string from, string to)
    {
        try
        {
            if (LibC.Link(from, to) != 0)
            {
                // A file has one name there (FAT), or may not be given another.
                using SafeFileHandle file = Open(to, LibC.CreateToWrite | LibC.Exclusively);
                RandomAccess.Write(file, Read(from), 0);
            }

            File.Delete(from);
            return true;
        }
        catch (IOException e) when (e.HResult == LibC.Exists)
        {
            return false;
        }
    }

    /// <summary>Deletes a folder with all files in it.</summary>
    /// <exception cref="IOException">It cannot be deleted, or there is a folder in it.</exception>
    /// <exception cref="UnauthorizedAccessException">A file in it may not be deleted, or is a folder.</exception>
    internal static void DeleteFolderOfFiles(string path)
    {
        using (Paths files = new(path))
        {
            while (files.MoveNext())
            {
                File.Delete(files.Current);
            }
        }

        DeleteFolder(path);
    }

    /// <summary>Deletes an empty folder.</summary>
    /// <exception cref="IOException">It cannot be deleted, or is not empty.</exception>
    internal static void DeleteFolder(string path)
    {
        if (LibC.RemoveFolder(path) != 0)
        {
            throw Failed();
        }
    }

    private static SafeFileHandle Open(string path, int how)
    {
        SafeFileHandle file = new(LibC.Open(path, how | LibC.CloseOnExec, 0b110_110_110), ownsHandle: true);
        return !file.IsInvalid ? file : throw Failed();
    }

    /// <summary>What the last call failed with; its number is the errno.</summary>
    private static IOException Failed() => Marshal.GetLastPInvokeError() is var error && error is LibC.NoEntry or LibC.NoFolder
        ? new FileNotFoundException() : new IOException(Marshal.GetPInvokeErrorMessage(error), error);

    /// <summary>What is in a folder, by full paths.</summary>
    private sealed class Paths(string folder) : FileSystemEnumerator<string>(folder, s_all)
    {
        private static readonly EnumerationOptions s_all = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

        protected override string TransformEntry(ref FileSystemEntry entry) => entry.ToFullPath();
    }
}
