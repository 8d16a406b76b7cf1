using Locald.CommandLine;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>Which stores <c>trust</c> and <c>untrust</c> were asked to change.</summary>
internal static class StoreChoice
{
    internal static readonly Option[] Options =
    [
        new("--store", "STORE", "which store; this version knows: system", Repeatable: true),
        new("--system", null, "for every user of the machine (as the system store always is on Linux)"),
        new("--user", null, "for this user alone (not possible in the system store of Linux)"),
        new("--dry-run", null, "print what would be done, and change nothing"),
        new("--json", null, "print the outcome as JSON"),
        new("--no-sudo", null, "never call sudo: print the commands to run instead"),
    ];

    private const string System = "system";

    /// <summary>Stores that the command line has words for and that this version cannot write to.</summary>
    private static readonly string[] s_notYet = ["nss", "java"];

    /// <exception cref="UserError">Exit code 2: no such store, or a scope that it does not have. Exit code 1: this operating system's store is not supported.</exception>
    internal static IReadOnlyList<ITrustStore> Of(string command, Arguments arguments, Session session)
    {
        foreach (string store in arguments.Values("--store").Where(s => s != System))
        {
            string hint = $"locald {command} --store {System}";
            throw s_notYet.Contains(store)
                ? new UserError(command, $"the {store} store is not available in this version", ExitCode.Usage, hint)
                : new UserError(command, $"there is no store '{store}'", ExitCode.Usage, hint);
        }

        if (arguments.Has("--user") && arguments.Has("--system"))
        {
            throw new UserError(command, "--user and --system exclude each other", ExitCode.Usage, $"locald help {command}");
        }

        if (arguments.Has("--user") && OperatingSystem.IsLinux())
        {
            throw new UserError(command, "the system store of Linux is one for all users, so that there is nothing to change for --user",
                ExitCode.Usage, $"locald {command}", "locald env");
        }

        return Stores.Find(session) is { Count: > 0 } found ? found : throw new UserError(command,
            $"this version cannot change the trust store of {(OperatingSystem.IsMacOS() ? "macOS" : OperatingSystem.IsWindows() ? "Windows" : "this system")}",
            ExitCode.Failed, "locald ca --path", "locald env");
    }
}
