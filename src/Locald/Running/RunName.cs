using Locald.Proxy.Routing;

namespace Locald.Running;

/// <summary>The name that <c>run</c> serves an app by.</summary>
internal static class RunName
{
    /// <summary>
    /// The given name, else the project's, mended to labels of letters, digits and hyphens. In a linked working tree of git the branch stands
    /// in front as a label of its own, so that two checkouts of one project do not want one name. A given name that
    /// ends in <c>.localhost</c> is taken as it is.
    /// </summary>
    /// <param name="given">From the command line or the configuration; null where there is none.</param>
    /// <param name="folder">Where the command runs, absolute.</param>
    /// <exception cref="UserError">Exit code 2: nothing is left of it, or no route may have it.</exception>
    internal static RouteName Choose(string? given, string folder)
    {
        if (given is not null && given.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            return Read(given, given);
        }

        GitCheckout? checkout = GitCheckout.Around(folder);
        string meant = given ?? ProjectName.Of(folder, checkout);
        string name = (given is null ? HostLabel.Mend(meant) : HostLabel.MendAll(meant))
            ?? throw new UserError("run", $"nothing of '{meant}' can stand in a name: letters, digits and hyphens can", ExitCode.Usage, Hint);
        return Read(meant, checkout?.Branch is { } branch && HostLabel.Mend(branch) is { } label ? $"{label}.{name}" : name);
    }

    private const string Hint = "locald run --name app -- COMMAND";

    private static RouteName Read(string meant, string name)
    {
        try
        {
            return RouteName.Parse(name) is { Prefix: "", IsWildcard: false } read
                ? read
                : throw new UserError("run", $"'{meant}' is no single name", ExitCode.Usage, Hint);
        }
        catch (RouteFormatException error)
        {
            throw new UserError("run", error.Message, ExitCode.Usage, Hint);
        }
    }
}
