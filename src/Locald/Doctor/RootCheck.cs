using Locald.Certificates;

namespace Locald.Doctor;

/// <summary>The root's files: there, private, a pair, in their time.</summary>
internal static class RootCheck
{
    internal static Check Run(Session session)
    {
        try
        {
            using CertManager? authority = Authority.OpenExisting(session);
            return authority switch
            {
                null => new("ca.root", Severity.Failed, $"there is no root in {Authority.Folder(session)} yet", "locald trust") { IsTrustAlone = true },
                { RootIsAging: true } => new("ca.root", Severity.Warning, $"{authority.RootPemPath} expires within a year, on {Day(authority)}", "locald ca rotate"),
                _ when File.Exists(Authority.Rotation(session).NextPemPath) => new("ca.root", Severity.Warning, $"a rotation was not finished: {authority.RootPemPath} is the root still", "locald ca rotate"),
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
