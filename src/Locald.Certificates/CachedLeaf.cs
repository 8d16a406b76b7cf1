using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>A leaf and the time in which it is handed out.</summary>
internal sealed record CachedLeaf(X509Certificate2 Certificate, DateTimeOffset Begin, DateTimeOffset Until)
{
    internal static CachedLeaf From(X509Certificate2 certificate, DateTimeOffset now)
    {
        // Near the root's end leaves are short; the rest keeps each handshake from making its own.
        TimeSpan twoThirds = (certificate.NotAfter - now) * 2 / 3;
        return new(certificate, certificate.NotBefore, now + (twoThirds > Limits.LeafRest ? twoThirds : Limits.LeafRest));
    }

    /// <summary>False as well where the clock was set back to before the leaf began.</summary>
    internal bool IsFresh(DateTimeOffset now) => now >= Begin && now < Until;
}
