using System.ComponentModel;
using System.Diagnostics;
using Locald.CommandLine;
using Locald.Completion;
using Locald.Control;
using Locald.Hosts;
using Locald.Trusting;

namespace Locald.Commands;

internal static class HostsCommand
{
    /// <summary>What it calls under sudo.</summary>
    internal const string ElevatedName = "__hosts";

    private const string Print = "--print";
    private const string Apply = "--apply";
    private const string Remove = "--remove";
    private const string DryRun = "--dry-run";

    internal static Command Definition { get; } = new()
    {
        Name = "hosts",
        Summary = "put the names in use into the hosts file, for clients that do not know .localhost",
        Usage = "--print|--apply|--remove [NAME ...]",
        MaxWords = 1000,
        Examples =
        [
            new("locald hosts --print", "the lines for what the running instance serves"),
            new("locald hosts --apply", "write them into the hosts file, in place of those of the last time"),
            new("locald hosts --apply app api.app", "for these names as well, whether anything runs or not"),
            new("locald hosts --apply --dry-run", "see first what would be written"),
            new("locald hosts --remove app", "take one name out again"),
            new("locald hosts --remove", "take all of them out"),
        ],
        Options =
        [
            new(Print, null, "print the lines, and change nothing"),
            new(Apply, null, "write the lines between two marks, and nothing else of the file"),
            new(Remove, null, "take the names out; without a name the marks and all that is between them"),
            new(DryRun, null, "print the lines between the marks as they would be, and change nothing"),
            new("--json", null, "print the outcome as JSON"),
            new("--no-sudo", null, "never call sudo: print the command to run instead"),
        ],
        Notes = """
            Browsers, curl and git find names under .localhost by themselves. Node, Python, Java, .NET and
            whatever else asks the resolver of glibc or musl does not, nor do Safari and Windows. A hosts file
            has no wildcards, so that each name needs its lines. Only names under .localhost are ever written.

            JSON: {file, names, changed, dryRun, exitCode}; names and changed are what a dry run would make
            them
            """,
        Words = (session, _) => LiveNames.HostsAsync(session),
        Run = RunAsync,
    };

    /// <summary>Not for people: writes the names that follow, as root.</summary>
    internal static Command Elevated { get; } = new()
    {
        Name = ElevatedName,
        Summary = "write the hosts file (called by hosts, under sudo)",
        MaxWords = 1000,
        Run = (arguments, session) =>
        {
            new HostsFile(session.HostsFile).Change([.. arguments.Words.Select(HostNames.Parse)]);
            return Task.FromResult(ExitCode.Done);
        },
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        string[] chosen = [.. new[] { Print, Apply, Remove }.Where(arguments.Has)];
        if (chosen is not [var verb])
        {
            throw new UserError("hosts", $"one of {Print}, {Apply} and {Remove} is needed", ExitCode.Usage, "locald hosts --print");
        }

        HostsFile file = new(session.HostsFile);
        bool dry = arguments.Has(DryRun) || verb == Print;
        IReadOnlyList<string> names = verb == Remove ? Kept(arguments, file) : await NamesAsync(arguments, session);
        string byHand = $"locald hosts {string.Join(' ', [verb, .. verb == Remove ? arguments.Words.Select(HostNames.Parse) : names])}";
        bool changed = verb != Print && !file.IsSo(names) && (dry || Change(file, names, session, byHand, !arguments.Has("--no-sudo")));
        if (arguments.Has("--json"))
        {
            session.Terminal.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", file.Path);
                StoreTable.WriteStrings(json, "names", names);
                json.WriteBoolean("changed", changed);
                json.WriteBoolean("dryRun", dry);
                json.WriteNumber("exitCode", 0);
                json.WriteEndObject();
            });
            return ExitCode.Done;
        }

        if (dry && (changed || verb == Print))
        {
            session.Terminal.Raw(names.Count == 0 ? "" : HostsBlock.Compose(names, Environment.NewLine));
            if (changed)
            {
                session.Terminal.Say(names.Count == 0 ? $"all of locald would be taken out of {file.Path}" : $"this would be all of locald in {file.Path}");
            }

            return ExitCode.Done;
        }

        string what = names.Count == 0 ? "has nothing of locald" : $"has {string.Join(", ", names)}";
        session.Terminal.Data($"{(changed ? "written" : "already")}: {file.Path} {what}");
        return ExitCode.Done;
    }

    /// <summary>What a removal leaves: of some names, the others; else nothing.</summary>
    private static IReadOnlyList<string> Kept(Arguments arguments, HostsFile file)
    {
        HashSet<string> removed = [.. arguments.Words.Select(HostNames.Parse)];
        return removed.Count == 0 ? [] : [.. file.Find().Names.Where(n => !removed.Contains(n))];
    }

    /// <summary>The names in use, and those that were given.</summary>
    private static async Task<IReadOnlyList<string>> NamesAsync(Arguments arguments, Session session)
    {
        string[] given = [.. arguments.Words.Select(HostNames.Parse)];
        List<string> names = [];
        if (await RunningInstance.Ask(session) is { } running)
        {
            (IReadOnlyList<string> served, IReadOnlyList<string> wildcards) = HostNames.Of(running);
            names.AddRange(served);
            if (wildcards.Count > 0 && given.Length == 0)
            {
                session.Terminal.Warn($"a hosts file has no wildcards: name what you need of {string.Join(", ", wildcards)}", "locald hosts --apply NAME ...");
            }
        }

        names.AddRange(given);
        return names.Count > 0 ? [.. names.Distinct()]
            : throw new UserError("hosts", "no name was given, and no instance runs that serves one", ExitCode.Failed, "locald hosts --apply app");
    }

    /// <returns>True: it was changed, which was seen.</returns>
    private static bool Change(HostsFile file, IReadOnlyList<string> names, Session session, string byHand, bool maySudo)
    {
        try
        {
            return file.Change(names);
        }
        catch (UserError denied) when (denied.Code == ExitCode.Permission)
        {
            if (PathSearch.Find("sudo", session) is not { } sudo || !maySudo || Environment.ProcessPath is not { } program)
            {
                throw new UserError("hosts", $"only root may write {file.Path}", ExitCode.Permission, $"sudo {byHand}");
            }

            session.Terminal.Say(Sudo.Announce($"writing {file.Path}", session.Terminal));
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(sudo, [.. Sudo.Options(session.Terminal), program, ElevatedName, .. names]))!;
                process.WaitForExit();
            }
            catch (Win32Exception e)
            {
                throw new UserError("hosts", $"sudo could not be started: {e.Message}", ExitCode.Permission, $"sudo {byHand}");
            }

            return file.IsSo(names) ? true : throw new UserError("hosts", Sudo.Refusal($"write {file.Path}", session.Terminal), ExitCode.Permission, $"sudo {byHand}");
        }
    }
}
