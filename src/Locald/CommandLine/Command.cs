using Locald.Completion;

namespace Locald.CommandLine;

/// <summary>A command line worth copying and what it does.</summary>
public sealed record Example(string Line, string Meaning);

/// <summary>A verb: what help says of it, what it takes, and what runs it.</summary>
public sealed record Command
{
    public required string Name { get; init; }

    /// <summary>One line, lower case, no full stop.</summary>
    public required string Summary { get; init; }

    /// <summary>What follows the name, as <c>[NAME=TARGET ...]</c>.</summary>
    public string Usage { get; init; } = "";

    public Example[] Examples { get; init; } = [];

    public Option[] Options { get; init; } = [];

    /// <summary>Paragraphs that follow the options in help, in lines of at most 100 characters.</summary>
    public string Notes { get; init; } = "";

    /// <summary>The most words that may stand beside the options; more is a usage error.</summary>
    public int MaxWords { get; init; }

    /// <summary>Whether the words are a command of its own: options end at the first of them, or at <c>--</c> before it.</summary>
    public bool RunsWords { get; init; }

    /// <summary>What the word at a place (from 0, options not counted) may be, for completion; null where it can be anything.</summary>
    internal Func<Session, int, Task<IEnumerable<Candidate>>>? Words { get; init; }

    public required Func<Arguments, Session, Task<ExitCode>> Run { get; init; }
}
