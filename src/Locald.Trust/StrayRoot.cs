namespace Locald.Trust;

/// <summary>A root of ours that some earlier CA left in a store.</summary>
/// <param name="Place">The anchor file that holds it.</param>
/// <param name="Subject">Its subject, as X.500 text.</param>
/// <param name="NotAfter">When it expires.</param>
/// <param name="RemoveCommand">The shell commands that take it out, as this person must type them.</param>
public sealed record StrayRoot(string Place, string Subject, DateTimeOffset NotAfter, IReadOnlyList<string> RemoveCommand);
