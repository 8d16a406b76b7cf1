namespace Locald.Proxy.Pages.Dashboard;

/// <summary>The root certificate, as the dashboard shows it.</summary>
/// <param name="Subject">Its name, as <c>CN=locald CA user@host 1a2b3c4d</c>.</param>
/// <param name="Sha256">Fingerprint in hexadecimal.</param>
/// <param name="NotAfter">When it expires.</param>
/// <param name="IsAging">Whether it should be replaced by now.</param>
public sealed record RootFacts(string Subject, string Sha256, DateTimeOffset NotAfter, bool IsAging);
