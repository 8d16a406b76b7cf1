namespace Locald.Trust;

/// <summary>Words of a command that a person pastes into a shell.</summary>
public static class ShellWord
{
    /// <summary>The text as one word of a POSIX shell, quoted only where it must be.</summary>
    public static string Quote(string text)
    {
        bool plain = text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:@%,=".Contains(c));
        return plain ? text : $"'{text.Replace("'", "'\\''")}'";
    }
}
