namespace Locald.Documentation;

/// <summary>A fenced code block of README.</summary>
/// <param name="Language">What follows its fence: console, sh, yaml.</param>
/// <param name="First">Where its text begins: an index into the page's lines, the number of the fence's line for a reader.</param>
/// <param name="Lines">Its text.</param>
/// <param name="Comment">What the HTML comment just above it says, or null.</param>
internal sealed record CodeBlock(string Language, int First, IReadOnlyList<string> Lines, string? Comment)
{
    public override string ToString() => $"README.md:{First}";
}
