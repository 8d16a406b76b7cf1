using Locald.CommandLine;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>Which stores a command was asked to look at or change, and with what rights.</summary>
internal sealed class StoreChoice
{
    private static readonly string[] s_names = [.. Enum.GetValues<StoreKind>().Select(k => StoreWords.Of(k))];

    private static readonly Option s_store = new("--store", "STORE", "only this kind of store: system, nss (browsers), java, policy, windows (WSL)", Repeatable: true);

    private readonly HashSet<StoreKind> _kinds;

    private StoreChoice(HashSet<StoreKind> kinds, TrustScope scope, bool withPolicies) => (_kinds, Scope, WithPolicies) = (kinds, scope, withPolicies);

    /// <summary>For commands that only look.</summary>
    internal static Option[] LookOptions { get; } = [s_store, new("--json", null, "print it as JSON")];

    /// <summary>For commands that change stores.</summary>
    internal static Option[] ChangeOptions { get; } =
    [
        s_store,
        new("--system", null, "only stores of the whole machine"),
        new("--user", null, "only stores of this user: browsers on Linux; on macOS and Windows the user's own part of the system's store"),
        new("--policy", null, "also browsers' policy files, which reach browsers that keep no store yet (needs root, Linux)"),
        new("--dry-run", null, "print what would be done, and change nothing"),
        new("--json", null, "print the outcome as JSON"),
        new("--no-sudo", null, "never call sudo: print the commands to run instead"),
    ];

    internal TrustScope Scope { get; }

    /// <summary>Whether nothing was left out.</summary>
    internal bool IsEverything => _kinds.Count == 0 && Scope == TrustScope.Usual;

    /// <summary>Every store that there is.</summary>
    internal static StoreChoice Everything { get; } = new([], TrustScope.Usual, withPolicies: false);

    internal bool WithPolicies { get; }

    /// <exception cref="UserError">Exit code 2: no such store, or options that exclude each other.</exception>
    internal static StoreChoice Parse(string command, Arguments arguments)
    {
        HashSet<StoreKind> kinds = [];
        foreach (string name in arguments.Values("--store").SelectMany(v => v.Split(',')))
        {
            int index = Array.IndexOf(s_names, name);
            kinds.Add(index >= 0 ? Enum.GetValues<StoreKind>()[index] : throw new UserError(command, $"there is no store '{name}'", ExitCode.Usage,
                $"locald {command} --store {Nearest.To(name, s_names) ?? s_names[0]}"));
        }

        TrustScope scope = (arguments.Has("--user"), arguments.Has("--system")) switch
        {
            (true, true) => throw new UserError(command, "--user and --system exclude each other", ExitCode.Usage, $"locald help {command}"),
            (true, _) => TrustScope.User,
            (_, true) => TrustScope.Machine,
            _ => TrustScope.Usual,
        };
        if (kinds.FirstOrDefault(k => !InScope(k, scope), (StoreKind)(-1)) is var outside && (int)outside >= 0)
        {
            string option = scope == TrustScope.User ? "--user" : "--system";
            throw new UserError(command, $"the {StoreWords.Of(outside)} store is {(scope == TrustScope.User ? "one for all users" : "each user's own")}, so that there is nothing to change for {option}",
                ExitCode.Usage, $"locald {command} --store {StoreWords.Of(outside)}");
        }

        return new(kinds, scope, arguments.Has("--policy") || kinds.Contains(StoreKind.Policy));
    }

    /// <summary>
    /// Whether a store's failure is the command's. The system's always is; what is optional (Java), or of a kind that is not here,
    /// counts only where it was asked for by name.
    /// </summary>
    internal bool Counts(ITrustStore store, StoreStatus status) =>
        (_kinds.Contains(store.Kind) && (store.Kind != StoreKind.Nss || status.State != StoreState.Unavailable || store is AbsentStore)) || store.Kind == StoreKind.System || (store.Kind != StoreKind.Java && status.State != StoreState.Unavailable);

    /// <summary>The chosen ones among those found; for a kind that was asked for and is not here, one that says so.</summary>
    internal IReadOnlyList<ITrustStore> Among(IEnumerable<ITrustStore> found)
    {
        List<ITrustStore> chosen = [.. found.Where(s => InScope(s.Kind, Scope) && (_kinds.Count == 0 || _kinds.Contains(s.Kind)))];
        chosen.AddRange(_kinds.Where(k => !chosen.Exists(s => s.Kind == k)).Select(Absent));
        return chosen.Count > 0 ? chosen : [Absent(Scope == TrustScope.User ? StoreKind.Nss : StoreKind.System)];
    }

    private static AbsentStore Absent(StoreKind kind) => kind switch
    {
        StoreKind.Nss => new(kind, "browsers", OperatingSystem.IsLinux() ? "no browser with a store of its own was found" : "browsers read the system's store here"),
        StoreKind.Java => new(kind, "Java", "no Java with a key store of its own was found", "JAVA_HOME=/path/of/the/jdk locald trust --store java"),
        StoreKind.Policy => new(kind, "browser policies", "no browser that reads policy files was found"),
        StoreKind.Windows => new(kind, "the Windows side", "this is not WSL"),
        _ => new(kind, "the system store", "this version knows no store of this operating system", "locald ca --path", "locald env"),
    };

    private static bool InScope(StoreKind kind, TrustScope scope) => scope switch
    {
        TrustScope.User => kind is StoreKind.Nss or StoreKind.Windows || (kind == StoreKind.System && !OperatingSystem.IsLinux()),
        TrustScope.Machine => kind is not (StoreKind.Nss or StoreKind.Windows),
        _ => true,
    };
}
