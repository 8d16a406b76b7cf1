using Locald.Proxy.Routing;

namespace Locald.Proxy.Pages;

/// <summary>The command that would have a name served.</summary>
internal static class AddLine
{
    /// <summary>A route more.</summary>
    internal static string For(string name, string target) => $"locald add {Word(name, target)}";

    /// <summary>A route there is, with another target.</summary>
    internal static string Instead(Route route, string target) => $"locald add --force {Word(route.Name.ToString(), target)}";

    private static string Word(string name, string target) => ShellWord.Of($"{name.Replace(".localhost", "", StringComparison.Ordinal)}={target}");
}
