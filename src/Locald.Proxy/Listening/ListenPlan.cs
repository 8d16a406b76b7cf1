namespace Locald.Proxy.Listening;

/// <summary>Where the user wants to be heard.</summary>
public sealed record ListenPlan
{
    public const int HttpsPort = 443;

    /// <summary>Where HTTPS goes when 443 is not ours to take.</summary>
    public const int FallbackHttpsPort = 8443;

    public const int HttpPort = 80;

    /// <summary>Explicit addresses for HTTPS, each exact; empty for the default.</summary>
    public IReadOnlyList<ListenAddress> Https { get; init; } = [];

    /// <summary>Explicit addresses for plain HTTP, which redirects; empty for the default.</summary>
    public IReadOnlyList<ListenAddress> Http { get; init; } = [];

    /// <summary>Whether plain HTTP is refused altogether.</summary>
    public bool HttpOff { get; init; }
}
