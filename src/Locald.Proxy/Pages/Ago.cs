using System.Globalization;

namespace Locald.Proxy.Pages;

/// <summary>A time in the past, for a person.</summary>
internal static class Ago
{
    /// <summary>As <c>15:04:05, 4 minutes ago</c>; with the day where it is another.</summary>
    /// <param name="time">When it was.</param>
    /// <param name="now">In the zone of the person.</param>
    internal static string Of(DateTimeOffset time, DateTimeOffset now)
    {
        DateTimeOffset local = time.ToOffset(now.Offset);
        TimeSpan past = now - time;
        string ago = past switch
        {
            { TotalSeconds: < 5 } => "just now",
            { TotalMinutes: < 2 } => $"{past.TotalSeconds:0} seconds ago",
            { TotalHours: < 2 } => $"{past.TotalMinutes:0} minutes ago",
            { TotalDays: < 2 } => $"{past.TotalHours:0} hours ago",
            _ => $"{past.TotalDays:0} days ago",
        };
        return $"{local.ToString(local.Date == now.Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}, {ago}";
    }

    /// <summary>The same for a program: UTC with milliseconds (RFC 3339).</summary>
    internal static string Exact(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
