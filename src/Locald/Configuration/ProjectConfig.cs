using Locald.Proxy.Listening;
using Locald.Proxy.Routing;

namespace Locald.Configuration;

/// <summary>What a project's <c>locald.json</c> says.</summary>
internal sealed record ProjectConfig
{
    /// <summary>Absolute path of the file. What is relative in it is relative to its folder.</summary>
    public required string Path { get; init; }

    /// <summary>The whole file, as it was read.</summary>
    internal byte[] Text { get; init; } = [];

    /// <summary>The name of the app that <c>run</c> starts, a whole name without a path; null where the file does not say.</summary>
    public RouteName? Name { get; init; }

    /// <summary>What <c>run</c> starts where its command line has no command; empty where the file does not say.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>In the order of the file; no two of one name and path.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>Where to listen, unless the command line says.</summary>
    public ListenPlan Listen { get; init; } = new();

    /// <summary>The port that <c>run</c> tells the app to listen on; null for one that is free.</summary>
    public int? AppPort { get; init; }

    internal string Folder => System.IO.Path.GetDirectoryName(Path)!;
}
