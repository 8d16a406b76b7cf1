namespace Locald.Proxy.Pages;

/// <summary>One line of what is known, as route, target, error.</summary>
/// <param name="Label">One word, in JSON too.</param>
/// <param name="Value">For a person.</param>
/// <param name="Exact">For a program, where that is another.</param>
internal sealed record Fact(string Label, string Value, string? Exact = null)
{
    /// <summary>Where the value leads, or null.</summary>
    internal string? Url { get; init; }
}

/// <summary>One line of a page's list.</summary>
/// <param name="Name">A route's name, or where something listens.</param>
/// <param name="Detail">What answers there, or who listens; null where that is not known.</param>
/// <param name="Url">Where it leads, or null where it is no address to open.</param>
internal sealed record Entry(string Name, string? Detail, string? Url = null);

/// <summary>What a page says, whatever it is written as.</summary>
/// <param name="Status">Status code of the answer.</param>
/// <param name="Kind">One word for programs, as <c>upstream-refused</c>; it never changes meaning.</param>
/// <param name="Title">What is the matter, for a person; no full stop.</param>
/// <param name="Lead">One or two sentences more.</param>
internal sealed record PageContent(int Status, string Kind, string Title, string Lead)
{
    /// <summary>What to mind before the request is sent again; null where there is nothing.</summary>
    internal string? Note { get; init; }

    internal IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>What the list is of, for programs: <c>routes</c> or <c>listening</c>.</summary>
    internal string EntriesKey { get; init; } = "routes";

    /// <summary>What stands above the list.</summary>
    internal string EntriesTitle { get; init; } = "Routes";

    internal IReadOnlyList<Entry> Entries { get; init; } = [];

    /// <summary>What stands above the commands.</summary>
    internal string CommandsTitle { get; init; } = "Try";

    internal IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Whether the page looks by itself whether the app has come up.</summary>
    internal bool Polls { get; init; }
}
