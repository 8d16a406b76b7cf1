using System.Runtime.Versioning;
using Locald.Trust.Linux.Interop;

namespace Locald.Trust.Linux;

/// <summary>What the base class library does not tell of a file. Links are followed.</summary>
[SupportedOSPlatform("linux")]
internal static class UnixFile
{
    /// <summary>The number of the user whose it is; null where it is not there, or cannot be reached.</summary>
    internal static uint? OwnerOf(string path) => LibC.Look(path) is { } look ? look.Uid : null;

    /// <summary>Whether it is a file with bytes in it: to open a pipe would be to wait for whoever writes to it.</summary>
    internal static bool IsRegular(string path) => LibC.Look(path) is { } look && (look.Mode & LibC.KindMask) == LibC.RegularKind;

    /// <summary>Whether this process may write to it: make files in it, for a folder.</summary>
    internal static bool IsWritable(string path) => LibC.Access(path, LibC.ToWrite) == 0;

    /// <summary>Gives a file the owner and the group of another one.</summary>
    /// <returns>False where this process may not.</returns>
    internal static bool TakeOwner(string path, string from) => LibC.Look(from) is { } look
        && (LibC.Look(path) is { } mine && (mine.Uid, mine.Gid) == (look.Uid, look.Gid) || LibC.ChangeOwner(path, look.Uid, look.Gid) == 0);

    /// <summary>The user that this process acts for.</summary>
    internal static uint Me => LibC.EffectiveUser();
}
