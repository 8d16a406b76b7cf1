namespace Locald.Certificates;

/// <summary>Every bound and lifetime of the certificates in one place, with where its number comes from.</summary>
internal static class Limits
{
    /// <summary>
    /// Leaves kept at once: more names than a developer has open. A leaf with its key was measured at 13.4 KiB, so a full cache
    /// is under 1 MiB; making one again costs half a millisecond.
    /// </summary>
    internal const int CachedLeaves = 64;

    /// <summary>Characters of a DNS name in its textual form (RFC 1035 §2.3.4 less length bytes and root).</summary>
    internal const int Name = 253;

    /// <summary>Characters of one label (RFC 1035 §2.3.4).</summary>
    internal const int Label = 63;

    /// <summary>Characters of a common name (RFC 5280 appendix A, ub-common-name).</summary>
    internal const int CommonName = 64;

    /// <summary>Bytes that are read of a root's file: ours have about a thousand.</summary>
    internal const int RootFile = 64 * 1024;

    /// <summary>A root's life. No client caps a root that the user installed.</summary>
    internal static readonly TimeSpan RootLife = TimeSpan.FromDays(3650);

    /// <summary>How far back a root begins: machines and the virtual machines in them disagree about the time.</summary>
    internal static readonly TimeSpan RootBackdate = TimeSpan.FromDays(1);

    /// <summary>What is left of a root's life when it is time to say so: long enough for whoever looks once a year.</summary>
    internal static readonly TimeSpan RootWarning = TimeSpan.FromDays(365);

    /// <summary>How often, at most, a running program looks whether another took the root's place: a look reads one small file.</summary>
    internal static readonly TimeSpan RootLook = TimeSpan.FromMilliseconds(250);

    internal static readonly TimeSpan LeafLife = TimeSpan.FromDays(90);

    internal static readonly TimeSpan LeafBackdate = TimeSpan.FromHours(1);

    /// <summary>The least time between two leaves for one name, however soon the root ends.</summary>
    internal static readonly TimeSpan LeafRest = TimeSpan.FromMinutes(1);

    /// <summary>How long one process waits for another that is making the root, which takes milliseconds.</summary>
    internal static readonly TimeSpan LockWait = TimeSpan.FromSeconds(30);
}
