namespace Locald.Trust.Linux;

/// <summary>A program and its arguments.</summary>
public sealed record ToolCall(string Name, params string[] Arguments)
{
    public override string ToString() => string.Join(' ', [Name, .. Arguments]);
}

/// <summary>How one family of distributions keeps the roots that its clients trust. Facts only; <see cref="LinuxSystemStore"/> acts.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Ids">os-release ids (also of <c>ID_LIKE</c>) that mean this family.</param>
/// <param name="Folder">Where an administrator puts roots.</param>
/// <param name="Extension">What the refresh tool asks a file there to end in.</param>
/// <param name="Refresh">The tools that rebuild what clients read; the first that is there is used.</param>
/// <param name="Bundles">What clients read. Every one that exists must hold the root.</param>
/// <param name="Packages">The package managers of the family and how each installs the refresh tool.</param>
public sealed record DistroFamily(
    string Name,
    string[] Ids,
    string Folder,
    string Extension,
    ToolCall[] Refresh,
    string[] Bundles,
    ToolCall[] Packages)
{
    /// <summary>A folder of links to single certificates that the refresh tool does not clean after a removal; null where it does.</summary>
    public string? LinkFolder { get; init; }

    /// <summary>What a refresh tool that was stopped half-way leaves, and would take up again at its next run.</summary>
    public string? Leftover { get; init; }
}
