using Locald.CommandLine;
using Locald.Control;
using Locald.Proxy.Listening;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;
using Locald.Serving;
using Locald.Trust;

namespace Locald.Commands;

internal static class ServeCommand
{
    /// <summary>What requests under way are given when we are told to stop; service managers kill after ten seconds and more.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(9);

    public static Command Definition { get; } = new()
    {
        Name = "serve",
        Summary = "serve names under .localhost over HTTPS",
        Usage = "[NAME=TARGET ...]",
        Examples =
        [
            new("locald serve app=3000", "https://app.localhost is what listens on port 3000"),
            new("locald serve app=3000 app/api=4000", "and its paths from /api on are port 4000"),
            new("locald serve '*.app=3000' docs=./site", "every name below app.localhost; a folder of files"),
            new("locald serve app=unix:/run/app.sock web=https://192.168.1.5", "a Unix socket; another machine"),
            new("locald serve app=3000 --wait --ready-file up", "a script waits for the file 'up'"),
            new("locald serve", "the dashboard alone, at https://locald.localhost"),
        ],
        Options =
        [
            new("--https", "ADDR:PORT", "listen here instead of 443 (8443 where 443 needs root) on loopback", Repeatable: true),
            new("--http", "ADDR:PORT|off", "redirect plain HTTP from here instead of port 80", Repeatable: true),
            new("--config", "FILE|off", "read this locald.json instead of the project's own, or none"),
            new("--replace", null, "take the place of the running instance, with its ports and routes"),
            new("--wait", null, "be ready only when every target accepts connections; else exit 6"),
            new("--wait-timeout", "SECONDS", "how long to wait for that: 60"),
            new("--ready-file", "FILE", "is there while locald is ready, and holds pid and URLs as JSON"),
            new("--log", "off|requests|debug", "what to say of requests: off"),
            new("--log-format", "text|json", "how: text; json also for the URLs on standard output"),
        ],
        Notes = """
            NAME is app, app.localhost, *.app, app/path, or localhost itself. The most specific route wins.
            TARGET is a port, HOST:PORT, http://..., https://..., h2c://..., unix:/path, or a folder (./site).
            A path prefix is kept, unless the target has a path of its own, which takes its place.
            ADDR:PORT is exact. A port alone means 127.0.0.1 and [::1]; other machines reach 0.0.0.0:PORT.
            Sockets from systemd (LISTEN_FDS) are taken: named http or https, else by port.
            https://locald.localhost is the dashboard: routes, requests, trust; JSON where Accept asks.
            --replace is for a new version: connections of the old instance end in order, new ones come here.
            SIGTERM and Ctrl-C end it in order: requests under way are finished, for up to ten seconds.
            """,
        MaxWords = 10_000,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        ServeOptions options = ServeOptions.Parse(arguments, session.WorkingFolder);
        using ReadyFile? ready = options.ReadyFile is { } file ? ReadyFile.Prepare(file) : null;
        using StopSignals signals = new();
        try
        {
            return await ServeAsync(arguments, options, session, ready, signals);
        }
        catch (OperationCanceledException) when (signals.Asked.IsCancellationRequested)
        {
            // Told to end while it waited for the ports of the instance whose place it takes.
            return ExitCode.Done;
        }
    }

    private static async Task<ExitCode> ServeAsync(Arguments arguments, ServeOptions options, Session session, ReadyFile? ready, StopSignals signals)
    {
        await using RequestLog log = OpenLog(options, session);
        Takeover? takeover = arguments.Has("--replace") ? await Takeover.BeginAsync(session, signals.Asked) : null;
        await using ServingStack serving = takeover is null
            ? await OpenAsync(arguments, options, session, log)
            : await takeover.OpenAsync(options.Listen, options.Routes, log, signals.Asked);
        serving.Instance.Stop = signals.Stop;
        try
        {
            if (await (takeover?.StartControlAsync(serving, signals.Asked) ?? serving.StartControlAsync(signals.Asked)) is { } why)
            {
                session.Terminal.Warn($"other commands will not see this instance: {why}");
            }

            await WaitAsync(options, arguments.Retry, session.Clock, signals.Asked);
            Announcement.Print(session.Terminal, serving.Instance.Status.Routes, options.Format);
            Announcement.Remark(session.Terminal, serving.Listeners);
            ready?.Announce(serving.Instance.Status);
            await Task.Run(serving.HintAtTrust).WaitAsync(signals.Asked);
            if (serving.Certificates.RootIsAging)
            {
                session.Terminal.Warn($"the root expires on {serving.Certificates.RootExpiresAt:yyyy-MM-dd}, and with it every certificate", "locald ca rotate");
            }

            if (options.Config is { } config)
            {
                await new LiveConfig(config, c => ServeOptions.Merge(options.Words, c).Routes, routes =>
                {
                    serving.Routes.ReplaceOwn(RouteTable.Create(routes));
                    return Task.CompletedTask;
                }, session.Terminal).FollowAsync(session.Clock, signals.Asked);
            }

            await Task.Delay(Timeout.Infinite, signals.Asked);
        }
        catch (OperationCanceledException) when (signals.Asked.IsCancellationRequested)
        {
            // Not ready any more, while requests under way are finished.
            ready?.Dispose();
            await serving.StopAsync(Grace);
        }

        return ExitCode.Done;
    }

    /// <summary>Where an instance of the same user has the port, what is wanted is most likely one route more, or a newer version.</summary>
    private static async Task<ServingStack> OpenAsync(Arguments arguments, ServeOptions options, Session session, RequestLog log)
    {
        try
        {
            return ServingStack.Open(session, options.Listen, options.Routes, log);
        }
        catch (ListenException taken) when (taken.Fault == ListenFault.InUse)
        {
            if (await OtherAsync(session) is not { } other || !other.Listens.Any(l => l.EndsWith($":{taken.EndPoint!.Port}", StringComparison.Ordinal)))
            {
                throw;
            }

            throw new UserError("serve", $"port {taken.EndPoint!.Port} belongs to the instance that you have running (pid {other.Pid}, version {other.Version})",
                ExitCode.PortInUse, [.. arguments.Words.Take(3).Select(w => $"locald add {ShellWord.Quote(w)}"), $"{arguments.Retry} --replace"]);
        }
    }

    private static async Task<InstanceStatus?> OtherAsync(Session session)
    {
        try
        {
            return await RunningInstance.Ask(session);
        }
        catch (UserError)
        {
            return null;
        }
    }

    private static RequestLog OpenLog(ServeOptions options, Session session) => options.Log == LogMode.Off
        ? RequestLog.Off
        : new(options.Log, options.Format, session.Terminal.OpenData(), session.Terminal.ColouredData, session.Clock);

    private static async Task WaitAsync(ServeOptions options, Retry retry, TimeProvider clock, CancellationToken stop)
    {
        if (options.WaitFor is not { } patience)
        {
            return;
        }

        IReadOnlyList<Route> missing = await UpstreamReadiness.WaitAsync(options.Routes.Routes, patience, clock, stop);
        if (missing.Count > 0)
        {
            string targets = string.Join(", ", missing.Select(r => $"{r.Target} for {r.Name}"));
            throw new UserError("serve", $"within {patience.TotalSeconds:0} s nothing accepted connections at {targets}",
                ExitCode.UpstreamNotReady, $"{retry.With("--wait-timeout", $"{Math.Min(patience.TotalSeconds * 2, ServeOptions.LongestPatience):0}")}");
        }
    }
}
