using System.ComponentModel;
using System.Diagnostics;
using Locald.CommandLine;
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
            new("locald hosts --apply app api.app", "for these names, whether anything runs or not"),
            new("locald hosts --remove", "take them out again"),
        ],
        Options =
        [
            new(Print, null, "print the lines, and change nothing"),
            new(Apply, null, "write the lines between two marks, and nothing else of the file"),
            new(Remove, null, "take the marks and what is between them out"),
            new("--json", null, "print the outcome as JSON"),
            new("--no-sudo", null, "never call sudo: print the command to run instead"),
        ],
        Notes = """
            Browsers, curl and git find names under .localhost by themselves. Node, Python, Java, .NET and
            whatever else asks the resolver of glibc or musl does not, nor do Safari and Windows. A hosts file
            has no wildcards, so that each name needs its lines. Only names under .localhost are ever written.

            JSON: {file, names, changed, exitCode}
            """,
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

        IReadOnlyList<string> names = verb == Remove ? [] : await NamesAsync(arguments, session);
        HostsFile file = new(session.HostsFile);
        bool changed = verb != Print && !file.IsSo(names) && Change(file, names, session, !arguments.Has("--no-sudo"));
        if (arguments.Has("--json"))
        {
            session.Terminal.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", file.Path);
                StoreTable.WriteStrings(json, "names", names);
                json.WriteBoolean("changed", changed);
                json.WriteNumber("exitCode", 0);
                json.WriteEndObject();
            });
            return ExitCode.Done;
        }

        if (verb == Print)
        {
            session.Terminal.Raw(HostsBlock.Compose(names, Environment.NewLine));
            return ExitCode.Done;
        }

        string what = verb == Remove ? "has nothing of locald" : $"has {string.Join(", ", names)}";
        session.Terminal.Data($"{(changed ? "written" : "already")}: {file.Path} {what}");
        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(Arguments arguments, Session session)
    {
        List<string> names = [.. arguments.Words.Select(HostNames.Parse)];
        if (names.Count == 0 && await RunningInstance.Ask(session) is { } running)
        {
            (IReadOnlyList<string> served, IReadOnlyList<string> wildcards) = HostNames.Of(running);
            names.AddRange(served);
            if (wildcards.Count > 0)
            {
                session.Terminal.Warn($"a hosts file has no wildcards: name what you need of {string.Join(", ", wildcards)}", "locald hosts --apply NAME ...");
            }
        }

        return names.Count > 0 ? [.. names.Distinct()]
            : throw new UserError("hosts", "no name was given, and no instance runs that serves one", ExitCode.Failed, "locald hosts --apply app");
    }

    /// <returns>True: it was changed, which was seen.</returns>
    private static bool Change(HostsFile file, IReadOnlyList<string> names, Session session, bool maySudo)
    {
        try
        {
            return file.Change(names);
        }
        catch (UserError denied) when (denied.Code == ExitCode.Permission)
        {
            string line = names.Count == 0 ? $"locald hosts {Remove}" : $"locald hosts {Apply} {string.Join(' ', names)}";
            if (PathSearch.Find("sudo", session) is not { } sudo || !maySudo || !session.Terminal.Interactive || Environment.ProcessPath is not { } program)
            {
                throw new UserError("hosts", $"only root may write {file.Path}", ExitCode.Permission, $"sudo {line}");
            }

            session.Terminal.Say($"writing {file.Path} needs root: sudo may ask for your password");
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(sudo, ["--", program, ElevatedName, .. names]))!;
                process.WaitForExit();
            }
            catch (Win32Exception e)
            {
                throw new UserError("hosts", $"sudo could not be started: {e.Message}", ExitCode.Permission, $"sudo {line}");
            }

            return file.IsSo(names) ? true : throw new UserError("hosts", $"sudo did not write {file.Path}", ExitCode.Permission, $"sudo {line}");
        }
    }
}
