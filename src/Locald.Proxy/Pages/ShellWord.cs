namespace Locald.Proxy.Pages;

/// <summary>Commands on pages are there to be copied: nothing in them may mean something to a shell.</summary>
internal static class ShellWord
{
    /// <summary>The word as it is where that is safe, else in single quotes (POSIX shell, Command Language 2.2.2).</summary>
    internal static string Of(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_./:@%+=,-".Contains(c))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
