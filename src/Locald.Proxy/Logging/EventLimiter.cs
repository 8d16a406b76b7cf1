namespace Locald.Proxy.Logging;

/// <summary>Lets so many events a second through: garbage that is thrown at a port must not become a flood of lines.</summary>
internal sealed class EventLimiter(TimeProvider clock)
{
    internal const int PerSecond = 20;

    private readonly Lock _lock = new();
    private long _windowStart = clock.GetTimestamp();
    private int _seen;

    /// <param name="withheld">Events that were held back in the second before this one, told once.</param>
    internal bool Allow(out int withheld)
    {
        lock (_lock)
        {
            withheld = 0;
            if (clock.GetElapsedTime(_windowStart) >= TimeSpan.FromSeconds(1))
            {
                withheld = Math.Max(0, _seen - PerSecond);
                (_windowStart, _seen) = (clock.GetTimestamp(), 0);
            }

            return ++_seen <= PerSecond;
        }
    }
}
