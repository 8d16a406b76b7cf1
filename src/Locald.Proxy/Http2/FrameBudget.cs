namespace Locald.Proxy.Http2;

/// <summary>
/// Counts the frames that cost work and bring none done: resets, pings, settings, empty data, tiny windows. A browser sends bursts of
/// them, a flood does not end (RFC 9113 §10.5).
/// </summary>
/// <param name="clock">Milliseconds.</param>
internal sealed class FrameBudget(Func<long> clock)
{
    private long _left = Limits.FrameBudget;
    private long _filledAt = clock();

    /// <exception cref="Http2ConnectionException">There were too many.</exception>
    internal void Spend(int cost = 1)
    {
        _left -= cost;
        if (_left >= 0)
        {
            return;
        }

        long now = clock();
        _left = Math.Min(_left + ((now - _filledAt) * Limits.FrameRefill / 1000), Limits.FrameBudget);
        _filledAt = now;
        if (_left < 0)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, "too many frames that ask for work and bring none");
        }
    }
}
