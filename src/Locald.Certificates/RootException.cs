namespace Locald.Certificates;

/// <summary>The root's files cannot be used as they are. They are never changed by this: mending is the user's choice.</summary>
/// <param name="fault">The reason.</param>
/// <param name="path">The file or folder at fault.</param>
/// <param name="why">The reason as a sentence part, in lower case, without a full stop.</param>
/// <param name="hints">Commands that mend it, most useful first.</param>
public sealed class RootException(RootFault fault, string path, string why, params string[] hints) : Exception($"{path}: {why}")
{
    public RootFault Fault { get; } = fault;

    public string Path { get; } = path;

    public string Why { get; } = why;

    public IReadOnlyList<string> Hints { get; } = hints;
}
