namespace Locald.Running;

/// <summary>Sees which program a package manager's command line runs in the end.</summary>
internal static class PackageRunner
{
    /// <summary>Of npm alone what follows the name is npm's own up to <c>--</c>; the others hand it on.</summary>
    private const string Npm = "npm";

    /// <summary>Verbs that run a package's program, by the manager: the word behind is the program.</summary>
    private static readonly Dictionary<string, string[]> Executors = new()
    {
        ["npx"] = [],
        ["bunx"] = [],
        ["pnpx"] = [],
        [Npm] = ["exec", "x"],
        ["pnpm"] = ["exec", "dlx"],
        ["yarn"] = ["exec", "dlx"],
        ["bun"] = ["x"],
    };

    /// <summary>Verbs that run a script of package.json.</summary>
    private static readonly string[] RunVerbs = ["run", "run-script"];

    /// <summary>Scripts that are a verb themselves.</summary>
    private static readonly string[] ShortScripts = ["start", "test"];

    /// <param name="command">The program and its arguments.</param>
    /// <param name="script">The words of a script, or null where there is none of that name, or one that is more than a plain command.</param>
    /// <returns>The words of the innermost program, and whether <c>--</c> must stand before what is appended to the command.</returns>
    internal static (IReadOnlyList<string> Words, bool Separate) Unwrap(IReadOnlyList<string> command, Func<string, string[]?> script)
    {
        if (command.Count == 0 || !Executors.TryGetValue(ProgramName(command[0]), out string[]? verbs))
        {
            return (command, false);
        }

        string manager = ProgramName(command[0]);
        bool separate = manager == Npm && !command.Contains("--");
        string[] rest = [.. command.Skip(1).SkipWhile(IsSwitch)];
        if (verbs.Length == 0)
        {
            return (rest, false);
        }

        return rest switch
        {
            [var verb, .. var program] when verbs.Contains(verb) => ([.. program.SkipWhile(IsSwitch).Where(w => w != "--")], separate),
            [var verb, .. var words] when RunVerbs.Contains(verb) => (Expand(words, script), separate),
            [var verb, ..] when manager == Npm && !ShortScripts.Contains(verb) => (command, false),
            _ => (Expand(rest, script) is { Count: > 0 } expanded ? expanded : manager == Npm ? command : rest, separate),
        };
    }

    /// <summary>The name that a program is known by: <c>node_modules/.bin/vite</c> and <c>vite.cmd</c> are vite.</summary>
    internal static string ProgramName(string path)
    {
        string file = Path.GetFileName(path);
        return Path.GetExtension(file).ToLowerInvariant() is ".cmd" or ".exe" or ".ps1" or ".bat" ? Path.GetFileNameWithoutExtension(file) : file;
    }

    /// <summary>The script's words and what was given to it; empty where it is not known what it runs.</summary>
    private static IReadOnlyList<string> Expand(string[] words, Func<string, string[]?> script)
    {
        string[] named = [.. words.SkipWhile(IsSwitch)];
        return named is [var name, .. var given] && script(name) is { Length: > 0 } found ? [.. found, .. given.Where(w => w != "--")] : [];
    }

    private static bool IsSwitch(string word) => word.StartsWith('-');
}
