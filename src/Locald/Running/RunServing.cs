using System.Globalization;
using Locald.Control;
using Locald.Proxy.Listening;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Running;

/// <summary>The app's route: with the running instance of the user, or served by this process where there is none.</summary>
internal sealed class RunServing : IAsyncDisposable
{
    /// <summary>How often is looked whether the instance lives.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>What other requests than the app's are given at the end: a person at a terminal waits.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Session _session;
    private readonly RunOptions _options;
    private readonly Holder _holder;
    private readonly string _withForce;
    private readonly SemaphoreSlim _turn = new(1);
    private Route _route;
    private IReadOnlyList<Route> _others;
    private ServingStack? _own;
    private int _instance;
    private bool _missed;

    private RunServing(Session session, RunOptions options, Holder holder, string withForce, Route route) =>
        (_session, _options, _holder, _withForce, _route, _others) = (session, options, holder, withForce, route, options.Others);

    /// <summary>Where browsers find the app, without a slash at the end.</summary>
    internal string Url { get; private set; } = "";

    /// <summary>What serves in this process; null where another one does.</summary>
    internal ServingStack? Own => _own;

    /// <summary>Serves the name, whose app is still to be started.</summary>
    /// <param name="session">Whose instance.</param>
    /// <param name="options">The name, and where to listen.</param>
    /// <param name="withForce">The command line that would take the name from another, for a hint.</param>
    /// <exception cref="UserError">Another process holds the name.</exception>
    /// <exception cref="ListenException">There is no instance, and no socket for one.</exception>
    internal static async Task<RunServing> OpenAsync(Session session, RunOptions options, string withForce)
    {
        Holder holder = new(ProcessIdentity.Of(Environment.ProcessId)!.Value, string.Join(' ', options.Command));
        RunServing serving = new(session, options, holder, withForce, Route(options, options.Port) with { Boot = new() });
        if (!await serving.JoinAsync(options.Force))
        {
            await serving.ServeAsync(options.Listen);
        }
        else if (options.ListenIsGiven)
        {
            session.Terminal.Warn($"the running instance (pid {serving._instance}) serves it: --https and --http change nothing");
        }

        return serving;
    }

    /// <summary>The app listens there: what was held is answered.</summary>
    internal async Task ReadyAsync(int port)
    {
        await _turn.WaitAsync();
        try
        {
            _route = Route(_options, port);
            if (_own is not null)
            {
                if (_own.Routes.Add(_route, _holder, keep: false, force: false) is { Outcome: ChangeOutcome.Held, Route.Holder: { } other })
                {
                    _session.Terminal.Warn($"{_route.Name} was taken by {other}");
                }
            }
            else
            {
                // Where the instance is gone, whoever looks after it puts the route elsewhere.
                await RunningInstance.AddAsync(_session, _route, _holder, keep: false, force: false, _withForce);
            }
        }
        catch (UserError error)
        {
            // Another process took the name by force, or the instance is too busy to answer: the command goes on.
            _session.Terminal.Warn(error.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Finds another place for the route where the instance that has it ends.</summary>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    internal async Task WatchAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(Look, _session.Clock);
        while (_own is null && await timer.WaitForNextTickAsync(stop))
        {
            await _turn.WaitAsync(stop);
            try
            {
                await RenewAsync(stop);
            }
            catch (Exception error) when (error is UserError or ListenException)
            {
                // It is busy, or its sockets are not free yet: in a second they may be.
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    /// <summary>The project's file has other routes beside the app's now.</summary>
    internal async Task ReplaceOthersAsync(IReadOnlyList<Route> others)
    {
        await _turn.WaitAsync();
        try
        {
            IReadOnlyList<Route> before = _others;
            _others = others;
            if (_own is not null)
            {
                _own.Routes.ReplaceOwn(RouteTable.Create(others));
                return;
            }

            await RemoveAsync(before.Where(b => !others.Any(o => o.Name == b.Name)));
            await AddAsync(others.Except(before));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes the route away, and what serves it here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.StopAsync(Grace);
            await _own.DisposeAsync();
        }
        else
        {
            await RemoveAsync([_route, .. _others]);
        }

        _turn.Dispose();
    }

    private static Route Route(RunOptions options, int port) => new(options.Name, Target.Parse($"{port}", "/"));

    private async Task AddAsync(IEnumerable<Route> routes)
    {
        foreach (Route route in routes)
        {
            try
            {
                await RunningInstance.AddAsync(_session, route, _holder, keep: false, force: false, _withForce);
            }
            catch (UserError error)
            {
                _session.Terminal.Warn(error.Message);
            }
        }
    }

    private async Task RemoveAsync(IEnumerable<Route> routes)
    {
        foreach (Route route in routes)
        {
            try
            {
                await RunningInstance.RemoveAsync(_session, route.Name, _holder);
            }
            catch (UserError)
            {
                // Another's, or gone already; else it goes with this process.
            }
        }
    }

    /// <summary>Adds the route to the running instance. False where there is none.</summary>
    private async Task<bool> JoinAsync(bool force)
    {
        if (await RunningInstance.Ask(_session) is not { } instance
            || await RunningInstance.AddAsync(_session, _route, _holder, keep: false, force, _withForce) is not { Route: { } added })
        {
            return false;
        }

        (_instance, Url) = (instance.Pid, added.Url);
        await AddAsync(_others);
        return true;
    }

    private async Task ServeAsync(ListenPlan plan)
    {
        ServingStack own = ServingStack.Open(_session, plan, RouteTable.Create(_others), RequestLog.Off);
        if (await own.StartControlAsync(CancellationToken.None) is { } why)
        {
            if (await JoinAsync(_options.Force))
            {
                // Somebody was quicker.
                await own.DisposeAsync();
                return;
            }

            _session.Terminal.Warn($"other commands will not see this instance: {why}");
        }

        own.Routes.Add(_route, _holder, keep: false, force: false);
        _own = own;
        Url = _options.Name.Url(own.Listeners.HttpsPort).TrimEnd('/');
    }

    private async Task RenewAsync(CancellationToken stop)
    {
        InstanceStatus? now = await RunningInstance.Ask(_session, stop);
        bool isThere = now?.Pid == _instance;
        if (isThere || (now is null && !_missed))
        {
            // Missed once, it may be on its way to be replaced.
            _missed = !isThere;
            return;
        }

        string before = Url;
        if (!await JoinAsync(force: false))
        {
            // The same port as before: the app has been told the URL.
            await ServeAsync(_options.ListenIsGiven ? _options.Listen : _options.Listen with { Https = [new(null, PortOf(before))] });
        }

        string who = _own is null ? $"the instance with pid {_instance} serves it now" : "it is served by this process now";
        _session.Terminal.Say($"locald: the instance that served {before} is gone: {who}{(Url == before ? "" : $", at {Url}")}");
    }

    /// <summary>Of a URL of ours, which names 443 by silence.</summary>
    private static int PortOf(string url)
    {
        string authority = url[(url.IndexOf("//", StringComparison.Ordinal) + 2)..].Split('/')[0];
        return int.TryParse(authority.AsSpan(authority.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : 443;
    }
}
