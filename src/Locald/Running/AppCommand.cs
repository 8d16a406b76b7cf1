namespace Locald.Running;

/// <summary>A program to start.</summary>
/// <param name="Program">Its absolute path.</param>
/// <param name="Words">Its name as it was typed, and its arguments.</param>
/// <param name="Environment">All its variables.</param>
internal sealed record AppCommand(string Program, IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Environment);
