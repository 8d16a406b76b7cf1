using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust;

/// <summary>A store whose clients' own verifier can be asked for its verdict on a server's certificate.</summary>
public interface IVerifier
{
    /// <param name="leaf">The server's certificate.</param>
    /// <param name="host">The name that a client asked for.</param>
    /// <returns>Null where it accepts the certificate, else why not, in its own words.</returns>
    string? Objection(X509Certificate2 leaf, string host);
}
