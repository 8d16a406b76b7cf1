using Locald.Proxy.Connections;

namespace Locald.Proxy.Upstream;

/// <summary>A wait for a connection, which ends with the client that it is for.</summary>
internal sealed class Dialling : IAbortable, IDisposable
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
            // The connection is there; whoever takes it looks for the client.
        }
    }

    public void Dispose() => _source.Dispose();
}
