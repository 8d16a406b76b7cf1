using Locald.Proxy.Routing;

namespace Locald.Proxy.Pages;

/// <summary>Routes as lines of a page.</summary>
internal static class RouteEntries
{
    /// <param name="table">Its routes, in their order.</param>
    /// <param name="port">The port that addresses to open lead to.</param>
    internal static IReadOnlyList<Entry> Of(RouteTable table, int port) =>
        [.. table.Routes.Select(r => new Entry(r.Name.ToString(), r.Target.ToString(), r.Name.IsWildcard ? null : r.Name.Url(port)))];
}
