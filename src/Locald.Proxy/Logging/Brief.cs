namespace Locald.Proxy.Logging;

/// <summary>Durations and sizes in few characters.</summary>
internal static class Brief
{
    /// <param name="duration">Of a request.</param>
    /// <param name="space">What stands before the unit.</param>
    internal static string Of(TimeSpan duration, string space = "") => duration switch
    {
        { TotalMilliseconds: < 100 } => $"{duration.TotalMilliseconds:0.0}{space}ms",
        { TotalSeconds: < 10 } => $"{duration.TotalMilliseconds:0}{space}ms",
        _ => $"{duration.TotalSeconds:0.0}{space}s",
    };

    /// <param name="bytes">Of a body.</param>
    /// <param name="space">What stands before the unit.</param>
    internal static string Of(long bytes, string space = "") => bytes switch
    {
        < 1000 => $"{bytes}{space}B",
        < 999_950 => $"{bytes / 1e3:0.0}{space}kB",
        < 999_950_000 => $"{bytes / 1e6:0.0}{space}MB",
        _ => $"{bytes / 1e9:0.0}{space}GB",
    };
}
