namespace Locald;

/// <summary>A file to be written as a whole.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Content">All of it.</param>
/// <param name="Mode">Its permissions on Unix, whatever the umask.</param>
internal sealed record NewFile(string Path, byte[] Content, UnixFileMode Mode);
