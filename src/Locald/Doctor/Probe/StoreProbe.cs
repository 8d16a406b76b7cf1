using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Doctor.Probe;

/// <summary>Asks a store's own verifier, where no client of it can be run for an answer: NSS, which browsers have inside.</summary>
internal static class StoreProbe
{
    /// <returns>Null where the store has no verifier, or does not hold the root: its own check tells.</returns>
    internal static Check? Run(StoreReport report, X509Certificate2 leaf, string host)
    {
        if (report.Store is not IVerifier verifier || report.Before.State != StoreState.Trusted)
        {
            return null;
        }

        string id = $"probe.{StoreWords.Of(report.Store.Kind)}";
        return verifier.Verify(leaf, host) switch
        {
            { Outcome: VerificationOutcome.Accepted } => new Check(id, Severity.Ok, $"{report.Store.Title} accepts a certificate made just now"),
            { Outcome: VerificationOutcome.Refused } refused => new(id, Severity.Failed,
                $"{report.Store.Title} refuses a certificate made just now, although the root is trusted there: {refused.Reason}",
                $"locald untrust --store {StoreWords.Of(report.Store.Kind)} && locald trust --store {StoreWords.Of(report.Store.Kind)}"),
            var none => new(id, Severity.Info, $"{report.Store.Title} could not be asked for its verdict: {none.Reason}"),
        } with { Store = report.Store.Id };
    }
}
