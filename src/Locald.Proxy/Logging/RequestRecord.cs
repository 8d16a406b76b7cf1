namespace Locald.Proxy.Logging;

/// <summary>One request and what became of it. Text that the peer sent is given as it came; the log makes it safe.</summary>
public readonly record struct RequestRecord
{
    /// <summary>When its head had been read.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>As <c>HTTP/1.1</c>.</summary>
    public required string Protocol { get; init; }

    public required string Method { get; init; }

    /// <summary>Without port.</summary>
    public required string Host { get; init; }

    /// <summary>Path and query, raw. What goes beyond 2,048 characters is cut.</summary>
    public required string Path { get; init; }

    /// <summary>The status sent, or 0 where the client went away before there was one.</summary>
    public required int Status { get; init; }

    /// <summary>From the head's end to the last byte of the answer.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Bytes of the request's body.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of the response's body.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>The name of the route, or null where none was found.</summary>
    public string? Route { get; init; }

    /// <summary>What answered, or should have; null where no route was found.</summary>
    public string? Upstream { get; init; }

    /// <summary>The client's address and port.</summary>
    public string? Client { get; init; }

    /// <summary>What went wrong, in one word (<see cref="Upstream.UpstreamFaultWords"/>); null where nothing did.</summary>
    public string? Fault { get; init; }
}
