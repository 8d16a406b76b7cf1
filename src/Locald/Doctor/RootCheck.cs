using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;

namespace Locald.Doctor;

/// <summary>The root's files: there, private, a pair, in their time.</summary>
internal static class RootCheck
{
    internal static IEnumerable<Check> Run(Session session)
    {
        yield return Files(session);
        RootRotation rotation = Authority.Rotation(session);
        if (rotation.IsUnfinished)
        {
            yield return new("ca.rotation", Severity.Warning, "a rotation of the root was not finished", "locald ca rotate");
        }

        foreach (X509Certificate2 retired in rotation.Retired())
        {
            using (retired)
            {
                yield return new("ca.retired", Severity.Warning, $"a store may trust a root that was replaced still: {retired.Subject}", "locald trust");
            }
        }
    }

    private static Check Files(Session session)
    {
        try
        {
            using CertManager? authority = Authority.OpenExisting(session);
            return authority switch
            {
                null => new("ca.root", Severity.Failed, $"there is no root in {Authority.Folder(session)} yet", "locald trust") { IsTrustAlone = true },
                { RootIsAging: true } => new("ca.root", Severity.Warning, $"{authority.RootPemPath} expires within a year, on {Day(authority)}", "locald ca rotate"),
                _ => new("ca.root", Severity.Ok, $"{authority.RootPemPath} and its key are in order, until {Day(authority)}"),
            };
        }
        catch (RootException error)
        {
            return new("ca.root", Severity.Failed, error.Message, [.. error.Hints]);
        }
    }

    private static string Day(CertManager authority) => authority.RootExpiresAt.UtcDateTime.ToString("yyyy-MM-dd");
}
