using System.Diagnostics;
using System.Text;
using Locald.Proxy.Connections;
using Locald.Proxy.Logging;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Serving;

/// <summary>Collects what the log and those who follow are told of one request. Where nobody is, it costs a look at the clock.</summary>
internal sealed class AccessRecorder(ClientSide client, RequestHead head, BodyReader body)
{
    private readonly RequestLog _log = client.Server.Log;
    private readonly RequestFeed _feed = client.Server.Feed;
    private long _started;

    internal Route? Route { get; set; }

    /// <summary>Whether one of our pages asks if the app is there by now: no news for who follows, every few seconds.</summary>
    internal bool IsPoll { get; set; }

    /// <summary>The request's head was read.</summary>
    internal void Begin()
    {
        (Route, IsPoll) = (null, false);
        _started = Stopwatch.GetTimestamp();
    }

    /// <summary>The request was answered, or never will be.</summary>
    /// <param name="status">What the client got; 0 where it got nothing.</param>
    /// <param name="responseBytes">Bytes of the response's body.</param>
    /// <param name="fault">What went wrong in one word, or null.</param>
    internal void End(int status, long responseBytes, string? fault)
    {
        // Whoever looks at our own page would see nothing but that look.
        bool followed = !IsPoll && Route?.Target is not BuiltInTarget && _feed.Wants();
        if (!followed && !_log.Requests)
        {
            return;
        }

        TimeSpan duration = Stopwatch.GetElapsedTime(_started);
        RequestRecord record = new()
        {
            Time = DateTimeOffset.UtcNow - duration,
            Protocol = client.IsHttp2 ? "HTTP/2" : head.IsHttp10 ? "HTTP/1.0" : "HTTP/1.1",
            Method = Encoding.Latin1.GetString(head.Method),
            Host = Encoding.Latin1.GetString(head.Host),
            Path = Encoding.Latin1.GetString(head.Target),
            Status = status,
            Duration = duration,
            RequestBytes = body.Taken,
            ResponseBytes = responseBytes,
            Route = Route?.Name.ToString(),
            Upstream = Route?.Target.ToString(),
            Client = client.Client?.ToString(),
            Fault = fault,
        };
        _log.Write(record);
        if (followed)
        {
            _feed.Add(record);
        }
    }
}
