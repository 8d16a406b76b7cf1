namespace Locald.Proxy.Pages.Dashboard;

/// <summary>What was seen of a target.</summary>
/// <param name="Health">In one word.</param>
/// <param name="Detail">Who listens there, as <c>node vite (pid 4242)</c>, or why nobody can be reached; empty where there is nothing to say.</param>
internal sealed record TargetHealth(Health Health, string Detail);
