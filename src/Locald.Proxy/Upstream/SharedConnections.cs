namespace Locald.Proxy.Upstream;

/// <summary>
/// The connections of HTTP/2 to one target. Another one is opened only when those there are have no room, and by one exchange for all
/// that wait.
/// </summary>
/// <param name="open">Opens a connection; null where the server speaks HTTP/1.1.</param>
internal sealed class SharedConnections(Func<Task<Http2Upstream?>> open)
{
    private readonly Lock _gate = new();
    private readonly List<Http2Upstream> _connections = [];
    private Task<UpstreamStream?>? _opening;
    private bool _closed;

    /// <summary>A link on a connection that has room; null where there is none.</summary>
    internal UpstreamStream? TryTake()
    {
        lock (_gate)
        {
            _connections.RemoveAll(static c => c.IsClosing);
            foreach (Http2Upstream connection in _connections)
            {
                if (connection.TryTake() is { } stream)
                {
                    stream.Reused = true;
                    return stream;
                }
            }
        }

        return null;
    }

    /// <summary>A link, on a new connection where there has to be one; null where the server speaks HTTP/1.1.</summary>
    /// <exception cref="UpstreamException">The target could not be reached.</exception>
    internal async ValueTask<UpstreamStream?> TakeAsync(CancellationToken client)
    {
        while (true)
        {
            Task<UpstreamStream?> opening;
            bool mine;
            lock (_gate)
            {
                if (TryTake() is { } stream)
                {
                    return stream;
                }

                mine = _opening is null;
                opening = _opening ??= Task.Run(OpenAsync);
            }

            UpstreamStream? first;
            try
            {
                first = await opening.WaitAsync(client);
            }
            catch (OperationCanceledException) when (mine)
            {
                // The connection is the others' to use, and the link that was kept for this exchange goes back.
                _ = ReleaseAsync(opening);
                throw;
            }

            if (mine || first is null)
            {
                return first;
            }
        }
    }

    /// <summary>Closes what has rested for longer than that, in milliseconds of the clock; -1 closes all that rests.</summary>
    internal void CloseRested(long now, long longerThan)
    {
        List<Http2Upstream> closing;
        lock (_gate)
        {
            closing = _connections.FindAll(c => c.IsResting && now - c.RestingSince > longerThan);
            _connections.RemoveAll(closing.Contains);
        }

        closing.ForEach(static c => c.Close());
    }

    /// <summary>Ends each connection with its last exchange.</summary>
    internal void Close()
    {
        List<Http2Upstream> closing;
        lock (_gate)
        {
            _closed = true;
            closing = [.. _connections];
            _connections.Clear();
        }

        closing.ForEach(static c => c.Close());
    }

    /// <summary>Whoever has it opened gets the first link, or there would be no end to it with a server that takes none.</summary>
    private async Task<UpstreamStream?> OpenAsync()
    {
        Http2Upstream? connection = null;
        try
        {
            connection = await open();
            return connection is null ? null
                : connection.TryTake() ?? throw new UpstreamException(UpstreamFault.BadResponse, "it takes no streams");
        }
        finally
        {
            Opened(connection);
        }
    }

    private void Opened(Http2Upstream? connection)
    {
        lock (_gate)
        {
            _opening = null;
            if (connection is not null && !_closed)
            {
                _connections.Add(connection);
                return;
            }
        }

        connection?.Close();
    }

    private static async Task ReleaseAsync(Task<UpstreamStream?> opening)
    {
        try
        {
            (await opening)?.Dispose();
        }
        catch (UpstreamException)
        {
            // Whoever asks next is told.
        }
    }
}
