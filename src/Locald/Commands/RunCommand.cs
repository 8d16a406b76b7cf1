using System.ComponentModel;
using Locald.Certificates;
using Locald.CommandLine;
using Locald.Running;
using Locald.Running.Unix;
using Locald.Running.Windows;
using Locald.Serving;

namespace Locald.Commands;

internal static class RunCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "run",
        Summary = "run a command, and serve what it listens on by the project's name",
        Usage = "-- COMMAND ...",
        Examples =
        [
            new("locald run -- npm run dev", "https://NAME.localhost is the app, NAME being the project's"),
            new("locald run --name shop -- python3 app.py", "https://shop.localhost; PORT tells the app where to listen"),
            new("locald run --port-env SERVER_PORT -- java -jar app.jar", "for an app that reads the port from another variable"),
            new("locald run --trust -- npm test", "in CI: trust the root, then test against https://NAME.localhost"),
            new("locald run --ephemeral -- npm test", "with a root of its own, trusted by the command alone, and gone with it"),
        ],
        Options =
        [
            new("--name", "NAME", "the name, instead of the project's"),
            new("--port-env", "VARIABLE", "tell the port in this variable too"),
            new("--wait-url", "PATH", "the app is ready when it answers this path, not when it listens"),
            new("--https", "ADDR:PORT", "listen here, if no instance is running", Repeatable: true),
            new("--http", "ADDR:PORT|off", "redirect plain HTTP from here, if no instance is running", Repeatable: true),
            new("--config", "FILE|off", "the project's file: locald.json here or above, up to the repository's root"),
            new("--force", null, "take the name where another process holds it"),
            new("--trust", null, "do first what 'locald trust' does"),
            new("--ephemeral", null, "use a new root and an instance of its own; install nothing"),
        ],
        Notes = """
            The command gets PORT, HOST=127.0.0.1, LOCALD_URL and the variables of 'locald env'. Servers that do
            not look at PORT (vite, astro, ng, hugo, ...) get their flag for it, also behind npx and npm run. An
            app that listens elsewhere all the same is found (not on Windows) and served from there. The name is
            --name, else that of locald.json, package.json, *.csproj, Cargo.toml, go.mod or pyproject.toml, else
            the folder's. In a linked git worktree the branch stands in front: feat-login.shop.localhost. A NAME
            that ends in .localhost is taken as it is.

            The route is the running instance's, or is served by this process where there is none. While the app
            starts, GET and HEAD wait for it, for up to a minute.

            Standard output is the command's alone; what locald says is on standard error. Terminal, signals and
            exit code are passed through: 128+N where signal N ended the command, 127 where it is not found, 126
            where it cannot be run. Who does not end within 8 s of SIGTERM is killed. What the command leaves
            running is ended with it.
            """,
        MaxWords = int.MaxValue,
        RunsWords = true,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        if (!OperatingSystem.IsWindows())
        {
            StandardInput.PutAside();
        }

        // Else the runtime's console switches the keypad to application mode at our first word.
        Environment.SetEnvironmentVariable("TERM", null);
        using RunOptions options = RunOptions.Parse(arguments, session.WorkingFolder);
        string program = AppProgram.Find(options.Command[0], session);
        using EphemeralHome? home = options.Ephemeral ? new() : null;
        Session own = home?.Of(session) ?? session;
        if (arguments.Has("--trust") && home is null && await TrustAsync(session) is not ExitCode.Done and var untrusted)
        {
            return untrusted;
        }

        AppEnd end = await RunAsync(options, program, own, $"{arguments.Retry.Switch("--force")}");

        // What comes now may not return.
        home?.Dispose();
        return OperatingSystem.IsWindows() ? (ExitCode)end.Code : (ExitCode)SameEnd.Of(end);
    }

    /// <summary>What it says belongs on standard error: standard output is the command's.</summary>
    private static Task<ExitCode> TrustAsync(Session session) =>
        TrustCommand.Definition.Run(Arguments.Parse(TrustCommand.Definition, []), session with { Terminal = session.Terminal.TalkingOnly() });

    private static async Task<AppEnd> RunAsync(RunOptions options, string program, Session session, string withForce)
    {
        using AppSignals signals = new(session.Terminal);
        await using RunServing serving = await RunServing.OpenAsync(session, options, withForce);
        using IApp app = Start(options, program, session, serving);
        signals.Attach(app);
        using CancellationTokenSource over = new();
        Announced announced = new();
        Task following = Task.WhenAll(FollowAsync(app, options, session, serving, announced, over.Token), serving.WatchAsync(over.Token),
            FollowFileAsync(options, session, serving, over.Token));
        await Task.WhenAny(app.Ended, following);
        if (following.IsFaulted)
        {
            // A bug, which shall be seen, but not at the price of an orphan.
            app.Kill();
            await following;
        }

        AppEnd end = await app.Ended;
        await over.CancelAsync();
        await ((Task)following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (end.Code != 0 && !announced.Done && end.Signal == 0)
        {
            session.Terminal.Say($"locald: the command ended with {end} and never listened on port {options.Port}");
        }

        if (await Leftovers.EndAsync(app) is > 0 and int left)
        {
            session.Terminal.Say($"locald: the command ended and left {left} {(left == 1 ? "process" : "processes")} running, now ended too");
        }

        return end;
    }

    private static IApp Start(RunOptions options, string program, Session session, RunServing serving)
    {
        IReadOnlyList<string> flags = PortFlags.For(options.Command, session.WorkingFolder, options.Port);
        using CertManager? opened = serving.Own is null ? Authority.Open(session) : null;
        AppCommand command = new(program, [.. options.Command, .. flags],
            AppEnvironment.Of(session, opened ?? serving.Own!.Certificates, options, serving.Url));
        try
        {
            return OperatingSystem.IsWindows() ? WindowsApp.Start(command) : UnixApp.Start(command);
        }
        catch (Win32Exception error)
        {
            // ENOENT and ERROR_FILE_NOT_FOUND are 2: the interpreter of its first line, since the program itself was found.
            throw new UserError($"starting {options.Command[0]}", error.Message, error.NativeErrorCode == 2 ? AppProgram.NotFound : AppProgram.NotExecutable, $"head -n 1 {program}");
        }
    }

    private static Task FollowFileAsync(RunOptions options, Session session, RunServing serving, CancellationToken stop) => options.Config is { } config
        ? new LiveConfig(config, options.OthersOf, serving.ReplaceOthersAsync, session.Terminal).FollowAsync(session.Clock, stop)
        : Task.CompletedTask;

    /// <summary>Tells browsers and people when the app is there, and where.</summary>
    private static async Task FollowAsync(IApp app, RunOptions options, Session session, RunServing serving, Announced announced, CancellationToken stop)
    {
        await foreach (int port in new AppWatch(app, options.Port).FindAsync(stop))
        {
            if (options.WaitPath is { } path)
            {
                await AppProbe.UntilAnsweredAsync(port, options.Name.Host, path, stop);
            }

            await serving.ReadyAsync(port);
            if (port != options.Port)
            {
                session.Terminal.Say($"locald: the app was told port {options.Port} and listens on {port}: it is served from there");
            }

            session.Terminal.Say($"{serving.Url} -> localhost:{port}");
            if (serving.Own is { } own && !announced.Done)
            {
                Announcement.Remark(session.Terminal, own.Listeners);
                if (!options.Ephemeral)
                {
                    await Task.Run(own.HintAtTrust, stop);
                }
            }

            announced.Done = true;
        }
    }

    /// <summary>Whether the app was ever there.</summary>
    private sealed class Announced
    {
        internal bool Done { get; set; }
    }
}
