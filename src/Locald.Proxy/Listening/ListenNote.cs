namespace Locald.Proxy.Listening;

/// <summary>What a user should know of listening that came about otherwise than usual.</summary>
public enum ListenNote
{
    /// <summary>The machine has no ::1, so 127.0.0.1 alone is served.</summary>
    NoIPv6,

    /// <summary>Something else listens on port 80, so there is no redirect.</summary>
    RedirectPortTaken,
}
