namespace Locald.Trust.Java;

/// <summary>A trusted certificate of a key store.</summary>
/// <param name="Alias">What it is called there; empty where the form of the file does not tell.</param>
/// <param name="Certificate">DER.</param>
internal sealed record JavaEntry(string Alias, byte[] Certificate);
