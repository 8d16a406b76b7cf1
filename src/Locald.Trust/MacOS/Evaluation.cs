using System.Security.Cryptography.X509Certificates;
using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>The verdict of macOS itself on a server's certificate.</summary>
internal static class Evaluation
{
    /// <returns>Null where a client would accept it, else why not.</returns>
    /// <exception cref="SecurityException">It cannot be asked.</exception>
    internal static string? Objection(X509Certificate2 leaf, string host)
    {
        using CFHandle certificate = Keychain.Certificate(leaf.RawDataMemory.Span);
        using CFHandle chain = CF.Array(certificate.Value);
        using CFHandle name = CF.Text(host);
        using CFHandle policy = Security.SecPolicyCreateSSL(server: 1, name);
        int status = Security.SecTrustCreateWithCertificates(chain, policy, out CFHandle trust);
        using (trust)
        {
            SecurityException.Check(status, "asking macOS for its verdict");
            bool accepts = Security.SecTrustEvaluateWithError(trust, out CFHandle error) != 0;
            using (error)
            {
                return accepts ? null : Words(error);
            }
        }
    }

    private static string Words(CFHandle error)
    {
        if (error.IsInvalid)
        {
            return "macOS refuses it and does not say why";
        }

        using CFHandle description = CoreFoundation.CFErrorCopyDescription(error);
        return CF.String(description)?.TrimEnd('.') ?? $"OSStatus {CoreFoundation.CFErrorGetCode(error)}";
    }
}
