using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Locald.CommandLine;
using Locald.Completion;
using Locald.Proxy.Listening;
using Locald.Proxy.Routing;
using Locald.Service;
using Locald.Trusting;

namespace Locald.Commands;

internal static class ServiceCommand
{
    private const string Install = "install";
    private const string Uninstall = "uninstall";
    private const string Status = "status";
    private const string UserOnly = "--user";
    private const string DryRun = "--dry-run";
    private const string Http = "--http";

    /// <summary>What it calls under sudo.</summary>
    private const string ElevatedName = "__service";

    private static readonly string[] Verbs = [Install, Uninstall, Status];

    public static Command Definition { get; } = new()
    {
        Name = "service",
        Summary = "serve from every start of the machine on, on port 443, without running as root",
        Usage = "install [NAME=TARGET ...] | uninstall | status",
        MaxWords = 1000,
        Examples =
        [
            new("locald service install", "ports 443 and 80 are there from now on; locald add and run use them"),
            new("locald service install app=3000 docs=/srv/docs", "with routes that are always there"),
            new("locald service install --dry-run", "see the files and commands first"),
            new("locald service install --user", "without root: from login on, on port 8443"),
            new("locald service uninstall", "take it all away again"),
        ],
        Options =
        [
            new(UserOnly, null, "only the user's own service manager, which needs no root and has no port 443 (Linux)"),
            new(Http, "off", "install: leave port 80 alone"),
            new(DryRun, null, "print the files and commands, and change nothing"),
            new("--json", null, "print the outcome as JSON"),
            new("--no-sudo", null, "never call sudo: print the command to run instead"),
        ],
        Notes = """
            On Linux systemd opens the ports and hands them to locald, which runs as you. On macOS an agent of
            launchd does the same, without an administrator; on Windows a task starts at logon. Each file is
            shown before it is written, and one that is not ours is never touched. Paths of routes become
            absolute; a project's locald.json is not read.

            status exits 0 where the service is installed and runs, else 1. The macOS and Windows parts were
            not yet run there.

            JSON: {kind: systemd|systemd-user|launchd|task, installed, active, changed, dryRun, files: [{path,
            state: absent|same|different|foreign, text}], exitCode}
            """,
        Words = (_, place) => Task.FromResult<IEnumerable<Candidate>>(place == 0 ? [.. Verbs.Select(v => new Candidate(v))] : []),
        Run = RunAsync,
    };

    /// <summary>Not for people: the same as root, after everything was shown and agreed.</summary>
    internal static Command Elevated { get; } = Definition with
    {
        Name = ElevatedName,
        Summary = "change the service (called by service, under sudo)",
        Words = null,
        Run = async (arguments, session) =>
        {
            await ApplyAsync(arguments.Words[0], Plan(arguments, session, user: false), session);
            return ExitCode.Done;
        },
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        string verb = arguments.Words is [var first, ..] && Verbs.Contains(first) ? first
            : throw new UserError("service", arguments.Words is [var word, ..] ? $"unexpected argument '{word}'" : "install, uninstall or status is missing",
                ExitCode.Usage, $"locald service {(arguments.Words is [var near, ..] ? Nearest.To(near, Verbs) ?? Status : Status)}");
        if (verb != Install && arguments.Words.Count > 1)
        {
            throw new UserError($"service {verb}", $"unexpected argument '{arguments.Words[1]}'", ExitCode.Usage, $"locald service {verb}");
        }

        (ServicePlan plan, ServiceState before) = await LookAsync(verb, arguments, session);
        if (verb == Status)
        {
            return Report(arguments, session.Terminal, plan, before, changed: false, before.Installed && before.Active ? ExitCode.Done : ExitCode.Failed);
        }

        if (before.Files.FirstOrDefault(f => f.State == FileState.Foreign).File is { } foreign)
        {
            throw new UserError($"service {verb}", $"{foreign.Path} is there and was not made by locald", ExitCode.Failed, $"cat {foreign.Path}");
        }

        bool needed = verb == Install ? !before.Same || !before.Active : before.AnyOfOurs;
        if (needed)
        {
            Show(session.Terminal, verb, plan, before);
        }

        if (!needed || arguments.Has(DryRun))
        {
            return Report(arguments, session.Terminal, plan, before, changed: false, ExitCode.Done);
        }

        if (verb == Install && !before.Active)
        {
            RefuseTakenPorts(plan);
        }

        await ChangeAsync(verb, plan, arguments, session);
        ServiceState after = await ServiceState.LookAsync(plan, session);
        if (verb == Install ? !after.Same || !after.Active : after.AnyOfOurs)
        {
            throw new UserError($"service {verb}", verb == Install ? "it is in place, but does not run" : "it is still there", ExitCode.Failed, plan.Diagnosis);
        }

        return Report(arguments, session.Terminal, plan, after, changed: true, ExitCode.Done);
    }

    /// <summary>Where nothing of the system's is there, what is to be looked at or taken away may be the user's own.</summary>
    private static async Task<(ServicePlan Plan, ServiceState State)> LookAsync(string verb, Arguments arguments, Session session)
    {
        ServicePlan plan = Plan(arguments, session, arguments.Has(UserOnly));
        ServiceState state = await ServiceState.LookAsync(plan, session);
        if (verb == Install || state.AnyOfOurs || !plan.NeedsRoot)
        {
            return (plan, state);
        }

        ServicePlan own = Plan(arguments, session, user: true);
        ServiceState ofOwn = await ServiceState.LookAsync(own, session);
        return ofOwn.AnyOfOurs ? (own, ofOwn) : (plan, state);
    }

    private static ServicePlan Plan(Arguments arguments, Session session, bool user)
    {
        if (arguments.Value(Http) is not (null or "off"))
        {
            throw new UserError("service", $"{Http} takes off, not '{arguments.Value(Http)}'", ExitCode.Usage, $"locald service {Install} {Http} off");
        }

        Route[] routes = [.. arguments.Words.Skip(1).Select(w => Route.Parse(w, session.WorkingFolder))];
        _ = RouteTable.Create(routes);
        return ServicePlans.Find(session, routes, user, redirect: arguments.Value(Http) is null);
    }

    private static void Show(Terminal terminal, string verb, ServicePlan plan, ServiceState before)
    {
        foreach ((ServiceFile file, FileState state) in before.Files)
        {
            if (verb == Uninstall)
            {
                terminal.Say($"locald: {(state == FileState.Absent ? "not there" : "to be removed")}: {file.Path}");
                continue;
            }

            terminal.Say($"locald: {(state == FileState.Absent ? "to be written" : state == FileState.Same ? "already there" : "to be replaced")}: {file.Path}");
            foreach (string line in file.Text.TrimEnd('\n').Split('\n'))
            {
                terminal.Say($"  {line}".TrimEnd());
            }
        }

        foreach (string[] command in verb == Install ? plan.Start : [.. plan.Stop, .. plan.Forget])
        {
            terminal.Say($"locald: to be called: {string.Join(' ', command)}");
        }
    }

    /// <summary>systemd would say it too, in its journal, where nobody looks first.</summary>
    private static void RefuseTakenPorts(ServicePlan plan)
    {
        foreach (int port in plan.Ports)
        {
            if (PortOwners.On(port) is [var owner, ..])
            {
                throw new UserError($"service {Install}", $"port {port} is in use{(owner.Holder is { } holder ? $" by {holder}" : "")}", ExitCode.PortInUse,
                    port == ListenPlan.HttpPort ? $"locald service {Install} {Http} off" : "locald stop");
            }
        }
    }

    private static async Task ChangeAsync(string verb, ServicePlan plan, Arguments arguments, Session session)
    {
        if (!plan.NeedsRoot || Environment.IsPrivilegedProcess)
        {
            await ApplyAsync(verb, plan, session);
            return;
        }

        string byHand = $"sudo {arguments.Retry}";
        if (PathSearch.Find("sudo", session) is not { } sudo || arguments.Has("--no-sudo") || Environment.ProcessPath is not { } program)
        {
            throw new UserError($"service {verb}", "only root may change the units of the system", ExitCode.Permission, byHand, $"locald service {verb} {UserOnly}");
        }

        session.Terminal.Say(Sudo.Announce("changing the system's units", session.Terminal));
        string[] home = session.Variable("LOCALD_HOME") is { } folder ? ["env", $"LOCALD_HOME={Path.GetFullPath(folder, session.WorkingFolder)}"] : [];
        string[] http = arguments.Value(Http) is { } off ? [Http, off] : [];
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(sudo, [.. Sudo.Options(session.Terminal), .. home, program, ElevatedName, .. http, "--", .. arguments.Words])
            {
                WorkingDirectory = session.WorkingFolder,
            })!;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new UserError($"service {verb}", Sudo.Refusal("do it", session.Terminal), ExitCode.Permission, byHand);
            }
        }
        catch (Win32Exception error)
        {
            throw new UserError($"service {verb}", $"sudo could not be started: {error.Message}", ExitCode.Permission, byHand);
        }
    }

    private static Task ApplyAsync(string verb, ServicePlan plan, Session session) =>
        verb == Install ? ServiceChange.InstallAsync(plan, session) : ServiceChange.UninstallAsync(plan, session);

    private static ExitCode Report(Arguments arguments, Terminal terminal, ServicePlan plan, ServiceState state, bool changed, ExitCode code)
    {
        bool dry = arguments.Has(DryRun);
        if (arguments.Has("--json"))
        {
            terminal.Json(json => Write(json, plan, state, changed, dry, code));
            return code;
        }

        string word = dry ? "would change" : changed ? "now" : "already";
        terminal.Data($"{(arguments.Words[0] == Status ? "" : $"{word}: ")}{(!state.AnyOfOurs ? "not installed" : state.Active ? "installed and running" : "installed, not running")}");
        foreach ((ServiceFile file, FileState there) in state.Files)
        {
            terminal.Data($"{there.ToString().ToLowerInvariant()}: {file.Path}");
        }

        return code;
    }

    private static void Write(Utf8JsonWriter json, ServicePlan plan, ServiceState state, bool changed, bool dry, ExitCode code)
    {
        json.WriteStartObject();
        json.WriteString("kind", plan.Kind);
        json.WriteBoolean("installed", state.Installed);
        json.WriteBoolean("active", state.Active);
        json.WriteBoolean("changed", changed);
        json.WriteBoolean("dryRun", dry);
        json.WriteStartArray("files");
        foreach ((ServiceFile file, FileState there) in state.Files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("state", StoreWords.Camel(there));
            json.WriteString("text", file.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("exitCode", (int)code);
        json.WriteEndObject();
    }
}
