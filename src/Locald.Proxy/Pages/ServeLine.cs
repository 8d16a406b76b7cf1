using Locald.Proxy.Routing;

namespace Locald.Proxy.Pages;

/// <summary>The command that would serve something else.</summary>
internal static class ServeLine
{
    /// <summary>Beyond this the routes there are stand as three dots.</summary>
    private const int MaxLength = 100;

    /// <summary>The routes there are and one more.</summary>
    internal static string With(RouteTable table, string name, string target) => Line(table.Routes, $"{Short(name)}={target}");

    /// <summary>The routes there are, one of them with another target.</summary>
    internal static string Instead(RouteTable table, Route route, string target) =>
        Line(table.Routes.Where(r => r.Name != route.Name), $"{Short(route.Name.ToString())}={target}");

    private static string Line(IEnumerable<Route> kept, string one)
    {
        string routes = string.Concat(kept.Select(r => ShellWord.Of($"{Short(r.Name.ToString())}={Short(r.Target)}") + " "));
        return $"locald serve {(routes.Length <= MaxLength ? routes : "... ")}{ShellWord.Of(one)}";
    }

    private static string Short(Target target) =>
        target is UpstreamTarget { Scheme: UpstreamScheme.Http, Host: "localhost", UnixPath: null, Path: null, Port: var port } ? port.ToString() : target.ToString()!;

    private static string Short(string name) => name.Replace(".localhost", "", StringComparison.Ordinal);
}
