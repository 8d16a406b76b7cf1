using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust;

public enum TrustScope
{
    /// <summary>What the platform takes for granted.</summary>
    Usual,

    /// <summary>For this user alone (<c>--user</c>).</summary>
    User,

    /// <summary>For every user of the machine (<c>--system</c>).</summary>
    Machine,
}

/// <summary>Whose stores are looked for, and with what. All that the stores know of the user comes from here.</summary>
/// <param name="Home">Home folder of the user whose browsers are meant; under sudo the invoking user's. Null where none is known.</param>
/// <param name="Variable">Reads an environment variable: null where it is unset or empty.</param>
public sealed record TrustContext(string? Home, Func<string, string?> Variable)
{
    /// <summary>Under sudo: who that user is. What is changed in the home folder is changed as this user.</summary>
    public UserIdentity? RunAs { get; init; }

    public TrustScope Scope { get; init; }

    /// <summary>Where a person finds the root as a PEM file, for the commands to run by hand; null where it is not known.</summary>
    public string? RootFile { get; init; }

    /// <summary>Whether browsers' policy files are wanted (<c>--policy</c>).</summary>
    public bool WithPolicies { get; init; }

    /// <summary>
    /// The helper program that opens one NSS database (src/Locald.Nss), as an ELF file's bytes; null where this build has none.
    /// Read when it is first needed: it is compressed.
    /// </summary>
    public Func<ReadOnlyMemory<byte>?> NssProgram { get; init; } = () => null;

    /// <summary>Makes a leaf for a name with the root in use, to ask a platform's own verifier for its verdict; null where there is no root yet.</summary>
    public Func<string, X509Certificate2>? MintProbe { get; init; }
}

/// <summary>A user of a Unix system, by numbers.</summary>
public sealed record UserIdentity(int Uid, int Gid);
