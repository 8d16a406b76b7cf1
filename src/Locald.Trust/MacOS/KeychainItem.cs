using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>A certificate of ours as a keychain or a domain's settings gave it.</summary>
/// <param name="Reference">Of this very item: only by it can it be deleted, since one made from the bytes is in no keychain.</param>
/// <param name="Der">Its bytes.</param>
internal sealed record KeychainItem(CFHandle Reference, byte[] Der) : IDisposable
{
    /// <summary>More certificates than any user's keychains hold.</summary>
    private const int Most = 2000;

    /// <summary>Those of an array of certificates whose bytes say that they may be ours.</summary>
    internal static IEnumerable<KeychainItem> Ours(CFHandle certificates)
    {
        nint count = Math.Min(CoreFoundation.CFArrayGetCount(certificates), Most);
        for (nint i = 0; i < count; i++)
        {
            nint certificate = CoreFoundation.CFArrayGetValueAtIndex(certificates, i);
            using CFHandle data = Security.SecCertificateCopyData(certificate);
            if (!data.IsInvalid && CF.Bytes(data) is var der && der.AsSpan().IndexOf(OurRoots.NameInDer) >= 0)
            {
                yield return new(CoreFoundation.CFRetain(certificate), der);
            }
        }
    }

    public void Dispose() => Reference.Dispose();
}
