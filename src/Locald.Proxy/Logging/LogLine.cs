namespace Locald.Proxy.Logging;

/// <summary>A request, or an event where <paramref name="Event"/> is set: then of the record only the time counts.</summary>
/// <param name="Record">The request.</param>
/// <param name="Event">One word, as <c>lines-dropped</c>.</param>
/// <param name="Detail">What there is to say of the event; may quote a peer.</param>
public readonly record struct LogLine(RequestRecord Record, string? Event, string? Detail)
{
    internal static LogLine Of(DateTimeOffset time, string name, string detail) => new(
        new() { Time = time, Protocol = "", Method = "", Host = "", Path = "", Status = 0, Duration = default }, name, detail);

    /// <summary>What stands for lines that a reader was too slow for.</summary>
    internal static LogLine Lost(DateTimeOffset time, long lines) => Of(time, "lines-dropped", $"{lines} lines: the reader is too slow");
}
