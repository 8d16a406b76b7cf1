using Locald.Documentation;

namespace Locald.EndToEnd.Documentation;

/// <summary>
/// A console block of README: what was typed, and what was answered. The comment above it says how it comes about:
/// <c>replay:</c> and shell lines that prepare a new machine for it, <c>goes on</c> for the machine of the block before,
/// <c>not replayed:</c> and the reason. A block without a comment is typed on a new machine.
/// </summary>
internal sealed class Transcript
{
    private Transcript(CodeBlock block)
    {
        Block = block;
        string comment = block.Comment ?? "replay:";
        GoesOn = comment.StartsWith("goes on", StringComparison.Ordinal);
        NotReplayed = Rest(comment, "not replayed:");
        Setup = Rest(comment, GoesOn ? "goes on:" : "replay:") ?? "";
        Assert.True(comment == "goes on" || NotReplayed is { Length: > 0 } || Rest(comment, GoesOn ? "goes on:" : "replay:") is not null,
            $"{block}: the comment above a console block is 'replay:', 'goes on' or 'not replayed: WHY'");
        Exchanges = [.. Parse(block)];
    }

    public static IReadOnlyList<Transcript> All { get; } = [.. ReadmePage.Blocks.Where(b => b.Language == "console").Select(b => new Transcript(b))];

    public CodeBlock Block { get; }

    /// <summary>Whether it is typed on the machine of the block before.</summary>
    public bool GoesOn { get; }

    /// <summary>Why it is not replayed; null where it is.</summary>
    public string? NotReplayed { get; }

    /// <summary>Shell lines that come first, and are not shown.</summary>
    public string Setup { get; }

    public IReadOnlyList<Typed> Exchanges { get; }

    /// <summary>A command and its answer.</summary>
    /// <param name="Command">Without the prompt; more than one line where a line ends with a backslash.</param>
    /// <param name="Answer">What was printed, without the line end.</param>
    public sealed record Typed(string Command, string Answer)
    {
        /// <summary>Whether the prompt comes back at once, and the answer when it is ready.</summary>
        public bool InBackground => Command.EndsWith('&');

        public override string ToString() => Answer.Length == 0 ? $"$ {Command}" : $"$ {Command}\n{Answer}";
    }

    /// <summary>Exchanges as README writes them: an answer is followed by a blank line.</summary>
    public static string Write(IEnumerable<Typed> exchanges) =>
        string.Concat(exchanges.Select(e => e.Answer.Length == 0 ? $"{e}\n" : $"{e}\n\n")).TrimEnd('\n');

    private static IEnumerable<Typed> Parse(CodeBlock block)
    {
        int i = 0;
        while (i < block.Lines.Count)
        {
            Assert.True(block.Lines[i].StartsWith("$ ", StringComparison.Ordinal), $"README.md:{block.First + i + 1}: a command was expected, after a blank line");
            string command = block.Lines[i++][2..];
            while (command.EndsWith('\\'))
            {
                command += "\n" + block.Lines[i++];
            }

            List<string> answer = [];
            while (i < block.Lines.Count && !(block.Lines[i].StartsWith("$ ", StringComparison.Ordinal) && (answer.Count == 0 || answer[^1].Length == 0)))
            {
                answer.Add(block.Lines[i++]);
            }

            yield return new(command, string.Join('\n', answer).TrimEnd('\n'));
        }
    }

    private static string? Rest(string comment, string start) =>
        comment.StartsWith(start, StringComparison.Ordinal) ? comment[start.Length..].Trim() : null;
}
