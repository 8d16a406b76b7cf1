namespace Locald.CommandLine;

/// <summary>One option of a command, written <c>--name</c> or <c>--name VALUE</c> (also <c>--name=VALUE</c>).</summary>
/// <param name="Name">With its dashes: <c>--json</c>.</param>
/// <param name="Value">What help calls the value, as <c>FILE</c>; null for a switch.</param>
/// <param name="Summary">One line for help.</param>
/// <param name="Repeatable">Whether it may be given more than once.</param>
public sealed record Option(string Name, string? Value, string Summary, bool Repeatable = false);
