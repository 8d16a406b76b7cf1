namespace Locald.Proxy.Routing;

/// <summary>What became of a look-up.</summary>
public enum RouteOutcome
{
    /// <summary>No route serves this name: 404.</summary>
    NoSuchName,

    /// <summary>The name is served, but not at this path: 404.</summary>
    NoSuchPath,

    /// <summary>A prefix decides where the request goes, and the path has dot segments that two readers may resolve differently: 400.</summary>
    AmbiguousPath,

    Found,
}
