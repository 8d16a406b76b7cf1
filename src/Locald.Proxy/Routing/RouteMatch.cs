namespace Locald.Proxy.Routing;

/// <summary>The answer of a look-up.</summary>
/// <param name="Outcome">Whether a route was found, else why not.</param>
/// <param name="Route">Set exactly where <see cref="RouteOutcome.Found"/>.</param>
/// <param name="PrefixLength">Bytes of the request's raw path that the route's prefix took; what follows is empty or begins with a slash.</param>
public readonly record struct RouteMatch(RouteOutcome Outcome, Route? Route, int PrefixLength);
