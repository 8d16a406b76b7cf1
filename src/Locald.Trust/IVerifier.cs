using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust;

/// <summary>A store whose clients' own verifier can be asked for its verdict on a server's certificate.</summary>
public interface IVerifier
{
    /// <param name="leaf">The server's certificate.</param>
    /// <param name="host">The name that a client asked for.</param>
    /// <returns>Its verdict, or why it gave none.</returns>
    Verification Verify(X509Certificate2 leaf, string host);
}
