using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
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
    internal async Task<ExitCode> RunAsync(IReadOnlyList<ITrustStore> stores, StoreLedger? ledger, X509Certificate2? root, string pemFile)
    {
        using Elevation elevation = new(session, !arguments.Has("--no-sudo"));
        IReadOnlyList<StoreReport> reports = await Change(verb).RunAsync(stores, root, pemFile);
        IReadOnlyList<StoreReport> retired = await RetireAsync();
        if (verb == StoreVerb.Remove)
        {
            ledger?.Forget(reports.Select(r => r.Store.Id).Except(reports.Concat(retired).Where(r => r.Failed).Select(r => r.Store.Id)));
        }

        // A store that trusts the root is what trust is for, whatever else it holds; untrust leaves nothing.
        ExitCode code = (verb == StoreVerb.Remove ? reports.Concat(retired) : reports).Max(r => r.Code);
        if (!arguments.Has("--json"))
        {
            if (IsDry)
            {
                reports.Concat(retired).SelectMany(r => r.Plan).ToList().ForEach(s => session.Terminal.Data($"would {s.What}"));
            }

            StoreTable.Show(session.Terminal, command, verb, reports);
            if (retired.Count > 0)
            {
                session.Terminal.Data("earlier roots:");
                StoreTable.Show(session.Terminal, command, StoreVerb.Remove, retired);
            }

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
            json.WriteStartArray("retired");
            foreach (StoreReport report in retired)
            {
                StoreTable.Write(json, StoreVerb.Remove, report);
            }

            json.WriteEndArray();
            json.WriteNumber("exitCode", (int)code);
            json.WriteEndObject();
        });
        return code;

        StoreChange Change(StoreVerb what) => new(session, what, ledger, IsDry ? null : elevation, _choice.Counts);

        async Task<IReadOnlyList<StoreReport>> RetireAsync()
        {
            RootRotation files = Authority.Rotation(session);
            List<X509Certificate2> former = [.. files.Retired()];
            if (verb == StoreVerb.Remove && files.StagedCertificate() is { } staged)
            {
                // Stores that could not be changed without root may have been, by hand.
                former.Add(staged);
            }

            try
            {
                return await new Retirement(files, Change(StoreVerb.Remove)).RunAsync(stores, former, forget: _choice.IsEverything && !IsDry);
            }
            finally
            {
                former.ForEach(r => r.Dispose());
            }
        }
    }
}
