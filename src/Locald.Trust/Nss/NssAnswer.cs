using Locald.Nss;

namespace Locald.Trust.Nss;

/// <summary>What the helper program answered, whose form src/Locald.Nss/Answer.cs tells; or why there is no answer.</summary>
/// <param name="Step"><c>done</c>, or the step that failed; <c>start</c> and <c>time</c> where the program gave no answer, <c>library</c> where there is no libnss3 to ask it with.</param>
/// <param name="Error">NSS's error number; 0 where there is none.</param>
internal sealed record NssAnswer(string Step, int Error)
{
    /// <summary>The step of an answer that did not come in time.</summary>
    internal const string Time = "time";

    /// <summary>The step of a program that did not start, or said nothing.</summary>
    internal const string Start = "start";

    internal string? Message { get; init; }

    /// <summary>What is the matter with the files: missing, unreadable, locked, full, damaged, nofile, keyless; null where nothing was seen.</summary>
    internal string? Condition { get; init; }

    internal string? Version { get; init; }

    /// <summary>Whether the system's libnss3 stood in for the browser's own, which was not found or not loaded.</summary>
    internal bool StoodIn { get; init; }

    internal bool Present { get; init; }

    internal bool Trusted { get; init; }

    /// <summary>DER of other certificates that may be ours.</summary>
    internal IReadOnlyList<byte[]> Others { get; init; } = [];

    internal bool IsDone => Step == "done";

    /// <summary>Whether another way to open the database may do better: nothing was wrong with the database itself.</summary>
    internal bool IsOfProgram => Step is "library" or Start or "load" or "request";

    internal static NssAnswer NoLibrary() => new("library", 0);

    internal static NssAnswer NotStarted(string why) => new(Start, 0) { Message = why };

    internal static NssAnswer TimedOut(TimeSpan limit) => new(Time, 0) { Message = $"no answer within {limit.TotalSeconds:0.#} s" };

    /// <returns>Null where the message is no answer.</returns>
    internal static NssAnswer? Parse(ReadOnlySpan<byte> message)
    {
        FieldReader fields = new(message);
        NssAnswer answer = new(fields.Text(), fields.Number())
        {
            Message = fields.TextOrNull(),
            Condition = fields.TextOrNull(),
            Version = fields.TextOrNull(),
            Present = fields.Flag(),
            Trusted = fields.Flag(),
        };
        byte[][] others = new byte[fields.Count()][];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = fields.Bytes().ToArray();
        }

        return fields.IsWhole && answer.Step.Length > 0 ? answer with { Others = others } : null;
    }
}
