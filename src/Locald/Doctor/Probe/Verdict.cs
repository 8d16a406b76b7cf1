namespace Locald.Doctor.Probe;

internal enum Verdict
{
    /// <summary>The client completed a handshake that it verified.</summary>
    Accepts,

    /// <summary>The client says that it does not trust the certificate.</summary>
    Refuses,

    /// <summary>Neither was said: it could not be run, or failed at something else.</summary>
    None,
}

/// <summary>What one client said of one leaf.</summary>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Reason">The client's own words, one line; empty where it accepts.</param>
internal sealed record Answer(Verdict Verdict, string Reason = "")
{
    internal static Answer Accepts { get; } = new(Verdict.Accepts);

    internal static Answer Refuses(string reason) => new(Verdict.Refuses, reason);

    internal static Answer None(string reason) => new(Verdict.None, reason.Length > 0 ? reason : "it ended without a word");
}
