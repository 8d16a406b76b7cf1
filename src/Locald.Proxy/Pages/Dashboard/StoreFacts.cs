namespace Locald.Proxy.Pages.Dashboard;

/// <summary>A trust store, as the dashboard shows it.</summary>
/// <param name="Title">As "the system store (Debian/Ubuntu)".</param>
/// <param name="State">In one word, as <c>TRUSTED</c>.</param>
/// <param name="IsTrusted">Whether the word says that it trusts the root.</param>
/// <param name="Counts">Whether something is wrong where it does not; Java's store is optional.</param>
/// <param name="Detail">What it said, in one line.</param>
public sealed record StoreFacts(string Title, string State, bool IsTrusted, bool Counts, string Detail);
