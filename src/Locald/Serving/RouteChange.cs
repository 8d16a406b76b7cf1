namespace Locald.Serving;

/// <summary>The answer to a wish to change a route.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Route">The route that stands now, was removed, or is in the way; null where there is none.</param>
internal readonly record struct RouteChange(ChangeOutcome Outcome, LiveRoute? Route = null);
