using System.Security.Cryptography.X509Certificates;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Upstream;

/// <summary>The resting connections of one target, the latest used first.</summary>
internal sealed class UpstreamPool(UpstreamTarget target, Func<X509Certificate2Collection> roots, Func<long> clock)
{
    private readonly Lock _gate = new();
    private readonly List<UpstreamConnection> _resting = [];
    private readonly Dialer _dialer = new(target, roots);
    private bool _closed;

    internal UpstreamTarget Target { get; } = target;

    /// <summary>A resting connection that is in order, or null.</summary>
    /// <param name="mostIdle">The longest rest allowed, in milliseconds.</param>
    internal UpstreamConnection? TakeResting(int mostIdle)
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

    /// <exception cref="UpstreamException">The target could not be reached.</exception>
    internal Task<UpstreamConnection> DialAsync() => _dialer.DialAsync();

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
    }

    /// <summary>Closes what rests, and what comes back later.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        CloseRested(-1);
    }
}
