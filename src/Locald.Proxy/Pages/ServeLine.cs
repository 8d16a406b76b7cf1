using Locald.Proxy.Routing;

namespace Locald.Proxy.Pages;

/// <summary>The command that would serve something else.</summary>
internal static class ServeLine
{
    /// <summary>Beyond this the routes there are stand as three dots.</summary>
    private const int MaxLength = 100;

    /// <summary><c>locald serve NAME=TARGET</c>.</summary>
    internal static string For(string name, string target) => $"locald serve {ShellWord.Of($"{Short(name)}={target}")}";

    /// <summary>The routes there are and one more.</summary>
    internal static string With(RouteTable table, string name, string target)
    {
        string routes = string.Join(' ', table.Routes.Select(r => ShellWord.Of($"{Short(r.Name.ToString())}={Short(r.Target)}")));
        string one = ShellWord.Of($"{Short(name)}={target}");
        return table.Routes.Count == 0 ? $"locald serve {one}"
            : routes.Length <= MaxLength ? $"locald serve {routes} {one}"
            : $"locald serve ... {one}";
    }

    private static string Short(Target target) =>
        target is UpstreamTarget { Scheme: UpstreamScheme.Http, Host: "localhost", UnixPath: null, Path: null, Port: var port } ? port.ToString() : target.ToString()!;

    private static string Short(string name) => name.Replace(".localhost", "", StringComparison.Ordinal);
}
