namespace Locald.Trust;

public enum VerificationOutcome
{
    Accepted,
    Refused,

    /// <summary>The verifier was not there, or gave no answer: nothing is said of the certificate.</summary>
    NotAsked,
}

/// <summary>What a store's own verifier said of a server's certificate.</summary>
/// <param name="Outcome">Its verdict.</param>
/// <param name="Reason">Why not, in its own words, one line; empty where it accepts.</param>
public sealed record Verification(VerificationOutcome Outcome, string Reason)
{
    internal static Verification Accepted { get; } = new(VerificationOutcome.Accepted, "");

    internal static Verification Refused(string reason) => new(VerificationOutcome.Refused, reason);

    internal static Verification NotAsked(string why) => new(VerificationOutcome.NotAsked, why);
}
