namespace Locald.Proxy.Routing;

/// <summary>An app that is being started: a request for its route has something to wait for.</summary>
public sealed class Boot
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the route was replaced or taken away: what the table says then is worth another look. Never fails.</summary>
    public Task Over => _over.Task;

    /// <summary>Called by whoever swaps the table, after the swap. A second call changes nothing.</summary>
    public void End() => _over.TrySetResult();
}
