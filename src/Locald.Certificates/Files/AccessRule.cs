namespace Locald.Certificates.Files;

/// <summary>One entry of a file's access list on Windows, as far as it matters who reaches a key.</summary>
/// <param name="Sid">Whom it is about: a user or a group, by its security identifier.</param>
/// <param name="Rights">ACCESS_MASK ([MS-DTYP] 2.4.3).</param>
/// <param name="Allows">Whether it gives the rights, or takes them.</param>
internal sealed record AccessRule(string Sid, uint Rights, bool Allows);
