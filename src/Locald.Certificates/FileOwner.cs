using System.Runtime.Versioning;
using Locald.Certificates.Interop.Unix;

namespace Locald.Certificates;

/// <summary>Whose a file is, or becomes: under sudo new files and folders are given to the one who called it, not to root.</summary>
public sealed record FileOwner(int Uid, int Gid)
{
    /// <summary>Whose the file is that a path leads to, links followed; null where it cannot be asked.</summary>
    [UnsupportedOSPlatform("windows")]
    public static FileOwner? Of(string path) => LibC.OwnerOf(path);
}
