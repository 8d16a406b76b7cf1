namespace Locald.Proxy.Logging;

/// <summary>A request, or an event where <paramref name="Event"/> is set: then of the record only the time counts.</summary>
internal readonly record struct LogLine(RequestRecord Record, string? Event, string? Detail)
{
    internal static LogLine Of(DateTimeOffset time, string name, string detail) => new(
        new() { Time = time, Protocol = "", Method = "", Host = "", Path = "", Status = 0, Duration = default }, name, detail);
}
