using System.Security.Cryptography.X509Certificates;
using Locald.CommandLine;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>One run of <c>trust</c> or <c>untrust</c>, with what it prints.</summary>
internal sealed class StoreRun(string command, StoreVerb verb, Arguments arguments, Session session)
{
    private readonly StoreChoice _choice = StoreChoice.Parse(command, arguments);

    internal StoreChoice Choice => _choice;

    internal bool IsDry { get; } = arguments.Has("--dry-run");

    /// <param name="stores">At least one.</param>
    /// <param name="ledger">Null for a dry run, and where there is nothing to remember.</param>
    /// <param name="root">The root; null where there is none (yet).</param>
    /// <param name="pemFile">The file that holds it, or would.</param>
    /// <param name="retired">Earlier roots that are to go with it, where they are still found.</param>
    internal async Task<ExitCode> RunAsync(IReadOnlyList<ITrustStore> stores, StoreLedger? ledger, X509Certificate2? root, string pemFile,
        params IReadOnlyList<X509Certificate2> retired)
    {
        using Elevation elevation = new(session, !arguments.Has("--no-sudo"));
        StoreChange change = new(session, verb, ledger, IsDry ? null : elevation, _choice.Counts);
        List<StoreReport> reports = [];
        foreach (X509Certificate2 earlier in retired)
        {
            reports.AddRange((await change.RunAsync(stores, earlier, pemFile)).Where(r => r.Plan.Count > 0));
        }

        reports.AddRange(await change.RunAsync(stores, root, pemFile));
        ExitCode code = reports.Max(r => r.Code);
        if (!arguments.Has("--json"))
        {
            if (IsDry)
            {
                reports.SelectMany(r => r.Plan).ToList().ForEach(s => session.Terminal.Data($"would {s.What}"));
            }

            StoreTable.Show(session.Terminal, command, verb, reports);
            return code;
        }

        session.Terminal.Json(json =>
        {
            json.WriteStartObject();
            StoreTable.WriteRoot(json, root, pemFile);
            json.WriteBoolean("dryRun", IsDry);
            json.WriteStartArray("stores");
            foreach (StoreReport report in reports)
            {
                StoreTable.Write(json, verb, report);
            }

            json.WriteEndArray();
            json.WriteNumber("exitCode", (int)code);
            json.WriteEndObject();
        });
        return code;
    }
}
