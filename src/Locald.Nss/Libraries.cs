using System.Runtime.InteropServices;
using Locald.Nss.Interop;

namespace Locald.Nss;

/// <summary>Loads one libnss3 and what lies beside it.</summary>
internal static class Libraries
{
    /// <summary>
    /// What a browser's own libnss3 asks for by name: loaded from beside it first, or the system's would be taken, of another version.
    /// The order is that of their dependencies.
    /// </summary>
    private static readonly string[] s_neighbours = ["libnspr4.so", "libplc4.so", "libplds4.so", "libmozsqlite3.so", "libmozglue.so", "libnssutil3.so", "libfreeblpriv3.so"];

    /// <returns>Null where it was loaded, else what the loader says.</returns>
    internal static string? Load(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? "/";
        foreach (string neighbour in s_neighbours)
        {
            string file = Path.Combine(folder, neighbour);
            if (File.Exists(file))
            {
                NativeLibrary.TryLoad(file, out _);
            }
        }

        try
        {
            LibNss.Library = NativeLibrary.Load(path);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // The runtime's own sentence is not in this program; what the loader said is the last line.
            string said = e.Message.Trim();
            return said[(said.LastIndexOf('\n') + 1)..];
        }
    }
}
