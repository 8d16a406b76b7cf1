namespace Locald.Proxy.Logging;

/// <summary>One request and what became of it. Text that the peer sent is given as it came; whoever shows it makes it safe.</summary>
public readonly record struct RequestRecord
{
    private const int MaxMethod = 64;
    private const int MaxPath = 2048;

    /// <summary>When its head had been read.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>As <c>HTTP/1.1</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>What goes beyond 64 characters is cut.</summary>
    public required string Method { get; init => field = Cut(value, MaxMethod); }

    /// <summary>Without port.</summary>
    public required string Host { get; init; }

    /// <summary>Path and query, raw. What goes beyond 2,048 characters is cut.</summary>
    public required string Path { get; init => field = Cut(value, MaxPath); }

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

    /// <summary>
    /// What went wrong, in one word: the kind of locald's own page where that was the answer, else <c>client-gone</c> or <c>cut</c>; null
    /// where the app answered, whatever it said.
    /// </summary>
    public string? Fault { get; init; }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "...";
}
