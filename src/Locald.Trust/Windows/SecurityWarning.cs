using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Windows;

/// <summary>Windows asks in a window before a user's own roots change, and no program can answer for the person.</summary>
internal static class SecurityWarning
{
    /// <summary>What to expect, said before the call. The window shows the same thumbprint (SHA-1) in the same groups of eight.</summary>
    public static string About(X509Certificate2 root) =>
        $"Windows will show a security warning; answer Yes if its thumbprint is {string.Join(' ', root.Thumbprint.Chunk(8).Select(c => new string(c)))}";
}
