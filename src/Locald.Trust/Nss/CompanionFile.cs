namespace Locald.Trust.Nss;

/// <summary>A file that a new database needs beside it so that a browser finds it. Written after the database, and only where there is none.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Content">Text.</param>
public sealed record CompanionFile(string Path, string Content);
