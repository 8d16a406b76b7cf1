namespace Locald.Proxy.Connections;

/// <summary>What an exchange has of its upstream, as far as ending it goes.</summary>
internal interface IAbortable
{
    /// <summary>Ends it at once, from any thread; whoever waits on it finds out.</summary>
    void Abort();
}
