using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Windows;

/// <summary>
/// What a person types instead of us: certutil is part of every Windows.
/// https://learn.microsoft.com/windows-server/administration/windows-commands/certutil
/// </summary>
/// <param name="Program">How this shell calls it: <c>certutil</c>, and <c>certutil.exe</c> from WSL.</param>
internal sealed record CertutilCommand(string Program)
{
    public string Add(StoreLocation location, string file) => $"{Program}{User(location)} -addstore -f Root {file}";

    public string Delete(StoreLocation location, string store, X509Certificate2 certificate) =>
        $"{Program}{User(location)} -delstore {store} {certificate.Thumbprint}";

    /// <summary>A path as cmd and PowerShell take it.</summary>
    public static string Quote(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || @"\/:._-".Contains(c)) ? path : $"\"{path}\"";

    private static string User(StoreLocation location) => location == StoreLocation.CurrentUser ? " -user" : "";
}
