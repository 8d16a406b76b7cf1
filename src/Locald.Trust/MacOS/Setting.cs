namespace Locald.Trust.MacOS;

/// <summary>What a domain's trust settings say of a root, to a client that meets it behind some HTTPS server.</summary>
internal enum Setting
{
    /// <summary>Nothing: there is no entry.</summary>
    None,

    /// <summary>To trust it.</summary>
    Trusted,

    /// <summary>To trust it never.</summary>
    Denied,

    /// <summary>There is an entry, which is for something else: another policy, one program, one host.</summary>
    Elsewhere,
}
