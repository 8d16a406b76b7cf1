namespace Locald.Configuration;

/// <summary>One thing that is wrong in a configuration file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters as an editor counts them (UTF-16).</param>
/// <param name="Message">What was found and what was expected, in lower case, without a full stop.</param>
internal sealed record ConfigFault(int Line, int Column, string Message);
