using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>The verdict of macOS itself on a certificate, with what the keychains and trust settings of this user hold.</summary>
internal static class Evaluation
{
    /// <param name="host">The name that a client asked for; null asks about the certificate as such (a root).</param>
    /// <param name="chain">DER of the certificate, and of those that come along with it.</param>
    /// <returns>Null where a client would accept it, else why not.</returns>
    /// <exception cref="SecurityException">It cannot be asked.</exception>
    internal static string? Objection(string? host, params ReadOnlySpan<byte[]> chain)
    {
        using CFHandle certificates = Certificates(chain);
        using CFHandle policy = Policy(host);
        int status = Security.SecTrustCreateWithCertificates(certificates, policy, out CFHandle trust);
        using (trust)
        {
            SecurityException.Check(status, "asking macOS for its verdict");

            // All that the verdict depends on is here: no answer may hang on a network.
            SecurityException.Check(Security.SecTrustSetNetworkFetchAllowed(trust, allowed: 0), "asking macOS for its verdict");
            bool accepts = Security.SecTrustEvaluateWithError(trust, out CFHandle error) != 0;
            using (error)
            {
                return accepts ? null : Words(error);
            }
        }
    }

    private static CFHandle Policy(string? host)
    {
        if (host is null)
        {
            return CF.Made(Security.SecPolicyCreateBasicX509());
        }

        using CFHandle name = CF.Text(host);
        return CF.Made(Security.SecPolicyCreateSSL(server: 1, name));
    }

    private static CFHandle Certificates(ReadOnlySpan<byte[]> chain)
    {
        List<CFHandle> members = [];
        try
        {
            foreach (byte[] der in chain)
            {
                members.Add(Keychains.Certificate(der));
            }

            return CF.Array([.. members.Select(m => m.Value)]);
        }
        finally
        {
            members.ForEach(m => m.Dispose());
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
