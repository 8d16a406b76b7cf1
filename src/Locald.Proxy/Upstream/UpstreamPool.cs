using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Upstream;

/// <summary>The connections to one target: those of HTTP/1.1 that rest, the latest used first, and those of HTTP/2.</summary>
/// <param name="target">The target.</param>
/// <param name="roots">Whom its certificate must come from, where it is not on loopback.</param>
/// <param name="clock">Milliseconds.</param>
/// <param name="note">Takes what the upstream does wrong, for the log.</param>
internal sealed class UpstreamPool(UpstreamTarget target, Func<X509Certificate2Collection> roots, Func<long> clock, Action<string> note)
{
    private readonly Lock _gate = new();
    private readonly List<UpstreamConnection> _resting = [];
    private readonly Dialer _dialer = new(target, roots);
    private SharedConnections? _shared;

    /// <summary>What was opened for HTTP/2 and became HTTP/1.1, until the exchange takes it that had it opened.</summary>
    private readonly ConcurrentQueue<UpstreamConnection> _unclaimed = new();
    private bool _closed;

    /// <summary>Whether the server chose HTTP/1.1 the last time that it could choose.</summary>
    private volatile bool _choseHttp1;

    /// <summary>When the target was first found down, in ticks of UTC; 0 while it is up.</summary>
    private long _downSince;

    internal UpstreamTarget Target { get; } = target;

    /// <summary>Since when no connection came about; null where the last attempt did, or none was made yet.</summary>
    internal DateTimeOffset? DownSince => Volatile.Read(ref _downSince) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>Made once there is need of it.</summary>
    private SharedConnections Shared => _shared ?? Interlocked.CompareExchange(ref _shared, new(OpenSharedAsync), null) ?? _shared;

    /// <summary>A connection that is there already and in order, or null.</summary>
    internal UpstreamLink? Take(RequestHead head) =>
        MayShare(head) && Shared.TryTake() is { } stream ? stream
        : Target.Scheme == UpstreamScheme.H2c ? null
        : TakeResting(head.IsReplayable ? Limits.UpstreamIdle : Limits.UpstreamFresh);

    /// <summary>A new connection, or what another exchange has opened meanwhile.</summary>
    /// <param name="head">The request it is for.</param>
    /// <param name="client">Cancelled where the request's client has left.</param>
    /// <exception cref="UpstreamException">The target could not be reached.</exception>
    internal async Task<UpstreamLink> DialAsync(RequestHead head, CancellationToken client)
    {
        try
        {
            UpstreamLink link = await OpenAsync(head, client);
            Volatile.Write(ref _downSince, 0);
            return link;
        }
        catch (UpstreamException e) when (e.Fault.NotReached() && e.Fault != UpstreamFault.NoDescriptor && !client.IsCancellationRequested)
        {
            Interlocked.CompareExchange(ref _downSince, DateTimeOffset.UtcNow.UtcTicks, 0);
            throw;
        }
    }

    private async Task<UpstreamLink> OpenAsync(RequestHead head, CancellationToken client)
    {
        if (MayShare(head))
        {
            if (await Shared.TakeAsync(client) is { } stream)
            {
                return stream;
            }

            if (_unclaimed.TryDequeue(out UpstreamConnection? connection))
            {
                return connection;
            }
        }

        try
        {
            Dialled dialled = await _dialer.DialAsync(http2: false, client);
            return new UpstreamConnection(dialled.Transport, dialled.Stream);
        }
        catch (UpstreamException)
        {
            _choseHttp1 = false;
            throw;
        }
    }

    /// <summary>A resting connection that is in order, or null.</summary>
    /// <param name="mostIdle">The longest rest allowed, in milliseconds.</param>
    private UpstreamConnection? TakeResting(int mostIdle)
    {
        while (true)
        {
            UpstreamConnection connection;
            lock (_gate)
            {
                if (_resting.Count == 0)
                {
                    return null;
                }

                connection = _resting[^1];
                _resting.RemoveAt(_resting.Count - 1);
            }

            if (clock() - connection.RestingSince <= mostIdle && connection.TryUse())
            {
                connection.Reused = true;
                return connection;
            }

            connection.Dispose();
        }
    }

    /// <summary>Takes back what an exchange is done with.</summary>
    internal void Return(UpstreamLink link)
    {
        if (link is not UpstreamConnection { IsReusable: true } connection)
        {
            link.Dispose();
            return;
        }

        connection.Input.Release();
        connection.RestingSince = clock();
        lock (_gate)
        {
            if (!_closed && _resting.Count < Limits.IdlePerUpstream)
            {
                _resting.Add(connection);
                return;
            }
        }

        connection.Dispose();
    }

    /// <summary>Closes what has rested for longer than that, in milliseconds; -1 closes all.</summary>
    internal void CloseRested(long longerThan)
    {
        List<UpstreamConnection> closing = [];
        long now = clock();
        lock (_gate)
        {
            _resting.RemoveAll(c =>
            {
                bool old = now - c.RestingSince > longerThan;
                if (old)
                {
                    closing.Add(c);
                }

                return old;
            });
        }

        closing.ForEach(c => c.Dispose());
        _shared?.CloseRested(now, longerThan);
    }

    /// <summary>Closes what rests, and what comes back later.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        CloseRested(-1);
        _shared?.Close();
    }

    /// <summary>An upgrade to WebSocket over TLS goes to HTTP/1.1, which every server has it for.</summary>
    private bool MayShare(RequestHead head) =>
        Target.Scheme == UpstreamScheme.H2c || (Target.Scheme == UpstreamScheme.Https && !_choseHttp1 && !head.WantsUpgrade);

    private async Task<Http2Upstream?> OpenSharedAsync()
    {
        Dialled dialled = await _dialer.DialAsync(http2: true, CancellationToken.None);
        if (dialled.IsHttp2)
        {
            return await Http2Upstream.StartAsync(dialled, clock, note);
        }

        _choseHttp1 = true;
        _unclaimed.Enqueue(new(dialled.Transport, dialled.Stream));
        return null;
    }
}
