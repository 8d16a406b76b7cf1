namespace Locald.Nss;

internal enum Verb
{
    /// <summary>Look, and write nothing.</summary>
    Probe,

    /// <summary>Put the certificate in, as a trusted authority for servers.</summary>
    Install,

    /// <summary>Take every copy of exactly this certificate out, and the trust that was put on it.</summary>
    Remove,

    /// <summary>Judge a server's certificate for a host name, as a client of this database would.</summary>
    Verify,
}
