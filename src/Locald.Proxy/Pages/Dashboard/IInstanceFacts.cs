using Locald.Proxy.Routing;

namespace Locald.Proxy.Pages.Dashboard;

/// <summary>What the dashboard shows that the server does not know by itself. Asked from any thread; answers at once, with what is known by then.</summary>
public interface IInstanceFacts
{
    /// <summary>As <c>0.1.0</c>.</summary>
    string Version { get; }

    /// <summary>The root that certificates are made under.</summary>
    RootFacts Root { get; }

    /// <summary>What each trust store says of the root; null while they are still being asked.</summary>
    IReadOnlyList<StoreFacts>? Stores { get; }

    /// <summary>Whose the routes are that are not the instance's own, as <c>pid 4242 (npm run dev)</c>.</summary>
    IReadOnlyDictionary<RouteName, string> Holders { get; }
}
