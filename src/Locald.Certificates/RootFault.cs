namespace Locald.Certificates;

/// <summary>Why the root cannot be used, or be made.</summary>
public enum RootFault
{
    /// <summary>A file is there and may not be read.</summary>
    Unreadable,

    /// <summary>A file holds something else than a certificate or a key, or was changed.</summary>
    Damaged,

    /// <summary>There is a certificate without its key.</summary>
    KeyMissing,

    /// <summary>Others may read the key, or put another in its place.</summary>
    Exposed,

    /// <summary>Certificate and key do not belong together.</summary>
    Mismatched,

    /// <summary>The certificate is not a root that may only sign names of this machine.</summary>
    NotOurs,

    Expired,

    /// <summary>The root begins in the future: the clock is wrong.</summary>
    NotYetValid,

    DiskFull,

    /// <summary>The file system is mounted read-only.</summary>
    ReadOnly,

    /// <summary>The folder may not be written.</summary>
    Unwritable,

    /// <summary>Another process has held the lock for too long.</summary>
    Busy,
}
