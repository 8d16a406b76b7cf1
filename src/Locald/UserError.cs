namespace Locald;

/// <summary>
/// Something the user can mend. Caught once, in <see cref="Program"/>, and said as
/// <c>locald: WHAT failed: WHY</c> followed by one <c>  try: HINT</c> line per hint.
/// </summary>
/// <param name="what">What was attempted, in lower case, as "serve" or "reading /path".</param>
/// <param name="why">Why it did not work, in lower case, without a full stop.</param>
/// <param name="code">The exit code that a script sees.</param>
/// <param name="hints">Commands to try, most useful first.</param>
public sealed class UserError(string what, string why, ExitCode code, params string[] hints)
    : Exception($"{what} failed: {why}")
{
    public ExitCode Code { get; } = code;

    public IReadOnlyList<string> Hints { get; } = hints;
}
