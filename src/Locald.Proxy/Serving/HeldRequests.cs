using Locald.Proxy.Connections;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Serving;

/// <summary>
/// Requests that wait for an app to boot, instead of telling a person to reload until it works. A wait costs no thread and no timer: the sweeper ends it.
/// </summary>
internal sealed class HeldRequests(Func<long> milliseconds, CancellationToken stopping)
{
    private int _count;

    /// <summary>Waits for the route to be replaced.</summary>
    /// <param name="client">Whose request it is; its leaving ends the wait.</param>
    /// <param name="boot">What is waited for.</param>
    /// <param name="until">When the wait is over, by the server's clock.</param>
    /// <returns>Whether the routes are worth another look; false where time ran out, the server stops, or too many wait already.</returns>
    /// <exception cref="IOException">The client left.</exception>
    internal async Task<bool> WaitAsync(ClientSide client, Boot boot, long until)
    {
        long patience = until - milliseconds();
        if (patience <= 0)
        {
            return false;
        }

        if (Interlocked.Increment(ref _count) > Limits.Held)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        using ClientWatch left = new();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(left.Token, stopping);
        client.Attach(left);
        client.AwaitExchange(Wait.Response, (int)patience);
        try
        {
            await boot.Over.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return client.IsGone ? throw new IOException("the client left before the app was there") : false;
        }
        finally
        {
            client.Detach();
            Interlocked.Decrement(ref _count);
        }
    }
}
