namespace Locald.Proxy.Routing;

/// <summary>The right side of a route: what answers.</summary>
public abstract record Target
{
    /// <summary>
    /// Reads a port, <c>HOST:PORT</c>, <c>http://…</c>, <c>https://…</c>, <c>h2c://…</c>, <c>unix:/path</c> or a folder (<c>./site</c>, <c>/srv/site</c>).
    /// </summary>
    /// <param name="text">As a user types it.</param>
    /// <param name="baseFolder">Absolute; what a relative folder or socket is relative to.</param>
    /// <exception cref="RouteFormatException">None of these, or a folder that does not exist.</exception>
    public static Target Parse(string text, string baseFolder) => TargetParser.Parse(text, baseFolder);
}

/// <summary>The page that locald itself serves.</summary>
public sealed record BuiltInTarget : Target
{
    public override string ToString() => "built-in page";
}

/// <summary>A folder of static files.</summary>
/// <param name="Path">Absolute, existing when it was parsed, without a final separator.</param>
public sealed record FolderTarget(string Path) : Target
{
    public override string ToString() => Path;
}
