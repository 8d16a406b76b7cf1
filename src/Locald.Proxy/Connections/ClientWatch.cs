namespace Locald.Proxy.Connections;

/// <summary>A wait for something other than the client, which ends with it: cancelled when the client leaves.</summary>
internal sealed class ClientWatch : IAbortable, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    internal CancellationToken Token => _source.Token;

    public void Abort()
    {
        try
        {
            // What waits goes on elsewhere: locks are held here.
            _ = _source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The wait is over; whoever goes on looks for the client.
        }
    }

    public void Dispose() => _source.Dispose();
}
