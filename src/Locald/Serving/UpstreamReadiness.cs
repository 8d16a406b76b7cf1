using System.Net;
using System.Net.Sockets;
using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>Waits until every target accepts a connection.</summary>
internal static class UpstreamReadiness
{
    /// <summary>The pause after the first refusal; it doubles up to <see cref="LongestPause"/>.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>For one attempt: a host that drops packets must not eat all of the time.</summary>
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(2);

    /// <summary>Waits for all of them at once, each target once.</summary>
    /// <returns>The routes whose target accepted nothing in time; empty where all are ready.</returns>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    internal static async Task<IReadOnlyList<Route>> WaitAsync(IReadOnlyList<Route> routes, TimeSpan patience, TimeProvider clock, CancellationToken stop)
    {
        using CancellationTokenSource limit = new(patience, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        Dictionary<Target, Task<bool>> asked = [];
        foreach (Route route in routes)
        {
            if (route.Target is UpstreamTarget target && !asked.ContainsKey(target))
            {
                asked[target] = AcceptsAsync(target, clock, either.Token);
            }
        }

        await Task.WhenAll(asked.Values);
        stop.ThrowIfCancellationRequested();
        return [.. routes.Where(r => asked.TryGetValue(r.Target, out Task<bool>? ready) && !ready.Result)];
    }

    private static async Task<bool> AcceptsAsync(UpstreamTarget target, TimeProvider clock, CancellationToken stop)
    {
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (await TryAsync(target, clock, stop))
            {
                return true;
            }

            try
            {
                await Task.Delay(pause, clock, stop);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private static async Task<bool> TryAsync(UpstreamTarget target, TimeProvider clock, CancellationToken stop)
    {
        using CancellationTokenSource limit = new(Attempt, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            if (target.UnixPath is { } path)
            {
                return await ConnectAsync(new UnixDomainSocketEndPoint(path), either.Token);
            }

            IReadOnlyList<IPAddress> addresses = target.Addresses.Count > 0 ? target.Addresses : await Dns.GetHostAddressesAsync(target.Host, either.Token);
            foreach (IPAddress address in addresses)
            {
                if (await ConnectAsync(new IPEndPoint(address, target.Port), either.Token))
                {
                    return true;
                }
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // The name has no address yet, or the attempt took too long.
        }

        return false;
    }

    private static async Task<bool> ConnectAsync(EndPoint endPoint, CancellationToken stop)
    {
        bool unix = endPoint is UnixDomainSocketEndPoint;
        try
        {
            using Socket socket = new(endPoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
            await socket.ConnectAsync(endPoint, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
