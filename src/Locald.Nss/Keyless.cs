namespace Locald.Nss;

/// <summary>
/// A database whose key4.db is gone. NSS does not open it to read; opened to write it makes another key4.db, with which trust that the
/// old one sealed reads as none. What cert9.db holds is seen by its bytes alone.
/// </summary>
internal static class Keyless
{
    /// <summary>The database of a thousand certificates takes 2 MB.</summary>
    private const int LongestFile = 64 << 20;

    /// <summary>A part of the signature, which no other certificate has. SQLite may cut what is longer into pages.</summary>
    private const int Mark = 32;

    /// <summary>Whether there are certificates, and no keys beside them. The files must be ordinary ones.</summary>
    internal static bool Is(string folder) =>
        new FileInfo(Path.Combine(folder, "cert9.db")) is { Exists: true, Length: > 0 } && new FileInfo(Path.Combine(folder, "key4.db")) is not { Exists: true, Length: > 0 };

    /// <summary>Whether its cert9.db holds the certificate; false too where it cannot be read.</summary>
    internal static bool Holds(string folder, ReadOnlySpan<byte> certificate)
    {
        try
        {
            FileInfo file = new(Path.Combine(folder, "cert9.db"));
            return certificate.Length >= Mark && file.Length <= LongestFile && Disk.Read(file.FullName).AsSpan().IndexOf(certificate[^Mark..]) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
