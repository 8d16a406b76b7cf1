namespace Locald.Completion;

/// <summary>A word that may stand where the cursor is.</summary>
/// <param name="Text">The whole word, unquoted.</param>
/// <param name="Meaning">One line for shells that show it; may be empty.</param>
internal sealed record Candidate(string Text, string Meaning = "")
{
    /// <summary>Not a word: the shell's own completion of paths.</summary>
    internal static Candidate Files { get; } = new(":files");

    /// <summary>Not a word: the shell's own completion of programs.</summary>
    internal static Candidate Programs { get; } = new(":programs");
}
