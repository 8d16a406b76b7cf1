namespace Locald.Doctor;

internal enum Severity
{
    /// <summary>In order.</summary>
    Ok,

    /// <summary>Neither good nor bad, or it could not be found out.</summary>
    Info,

    /// <summary>Something works less well than it could.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Failed,
}

/// <summary>One thing the doctor looked at.</summary>
/// <param name="Id">Never changes its meaning; what a script asks for: <c>trust.system</c>.</param>
/// <param name="Severity">How it is.</param>
/// <param name="Detail">What was found, in one line, lower case, without a full stop.</param>
/// <param name="Fixes">Commands that resolve it, in order; checks with the same ones are shown under them together.</param>
internal sealed record Check(string Id, Severity Severity, string Detail, params string[] Fixes)
{
    /// <summary>The id of the trust store that was asked; null where none was.</summary>
    internal string? Store { get; init; }

    /// <summary>Whether nothing is wrong but that the root is not trusted yet.</summary>
    internal bool IsTrustAlone { get; init; }
}
