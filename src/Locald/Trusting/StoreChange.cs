using System.Security.Cryptography.X509Certificates;
using Locald.CommandLine;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>One run of <c>trust</c> or <c>untrust</c>: plan, show, apply, verify, for each store; one store's failure stops no other.</summary>
internal sealed class StoreChange(string command, StoreVerb verb, Arguments arguments, Session session)
{
    private readonly bool _dryRun = arguments.Has("--dry-run");
    private readonly bool _json = arguments.Has("--json");

    /// <param name="stores">At least one.</param>
    /// <param name="root">The root; null where there is none (yet).</param>
    /// <param name="pemFile">The file that holds it, or would.</param>
    internal ExitCode Run(IReadOnlyList<ITrustStore> stores, X509Certificate2? root, string pemFile)
    {
        List<StoreReport> reports = [];
        foreach (ITrustStore store in stores)
        {
            StoreReport report = root is null ? WithoutRoot(store, pemFile) : Change(store, root, pemFile);
            reports.Add(report);
            if (!_json)
            {
                Show(report);
            }
        }

        ExitCode code = reports.Max(r => r.Code);
        if (_json)
        {
            session.Terminal.Json(json =>
            {
                json.WriteStartObject();
                StoreReport.WriteRoot(json, root, pemFile);
                json.WriteBoolean("dryRun", _dryRun);
                json.WriteStartArray("stores");
                reports.ForEach(r => r.Write(json));
                json.WriteEndArray();
                json.WriteNumber("exitCode", (int)code);
                json.WriteEndObject();
            });
        }

        return code;
    }

    private StoreReport Change(ITrustStore store, X509Certificate2 root, string pemFile)
    {
        StoreStatus before = store.Probe(root);
        IReadOnlyList<Step> plan = verb == StoreVerb.Install ? store.PlanInstall(root, before, pemFile) : store.PlanRemove(root, before);
        StoreReport planned = new(store, plan, null, before.Strays);
        if (_dryRun)
        {
            return planned;
        }

        plan.ToList().ForEach(s => session.Terminal.Say($"  {s.What}"));
        if (plan.Count == 0 || store.MayChange)
        {
            return planned with { Result = Act(store, root) };
        }

        StoreResult elevated = new Elevation(session, !arguments.Has("--no-sudo")).Change(store, verb, root, plan);
        return planned with { Result = elevated.Outcome == StoreOutcome.Failed ? elevated : Verified(store, root, elevated) };
    }

    private StoreResult Act(ITrustStore store, X509Certificate2 root) => verb == StoreVerb.Install ? store.Install(root) : store.Remove(root);

    /// <summary>The elevated process has looked; so do we, as the user whose clients must be able to read the store.</summary>
    private StoreResult Verified(ITrustStore store, X509Certificate2 root, StoreResult elevated)
    {
        StoreStatus status = store.Probe(root);
        bool asAsked = verb == StoreVerb.Install ? status.State == StoreState.Trusted : status.State == StoreState.Missing;
        return asAsked ? elevated : new(StoreOutcome.Failed, status.Detail)
        {
            Fault = status.Fault != TrustFault.None ? status.Fault : verb == StoreVerb.Install ? TrustFault.NotInBundle : TrustFault.StillInBundle,
            Hints = [.. status.Hints, "locald doctor"],
        };
    }

    /// <summary>A dry run makes no root to plan with; and without a root there is nothing of it to remove.</summary>
    private StoreReport WithoutRoot(ITrustStore store, string pemFile) => verb == StoreVerb.Install
        ? new(store, [new($"make the root {pemFile}", "locald ca"), new($"put it into {store.Title}", "locald trust")], null, store.Probe(null).Strays)
        : new(store, [], new(StoreOutcome.Already, $"there is no root {pemFile}"), store.Probe(null).Strays);

    private void Show(StoreReport report)
    {
        Terminal terminal = session.Terminal;
        string title = report.Store.Title;
        switch (report.Result)
        {
            case null when report.Plan.Count == 0:
                terminal.Data($"{AlreadyWord}: {title}");
                break;
            case null:
                report.Plan.ToList().ForEach(s => terminal.Data($"would {s.What}"));
                break;
            case { Outcome: StoreOutcome.Done } done:
                terminal.Data($"{(verb == StoreVerb.Install ? "trusted" : "removed")}: {title}: {done.Detail}");
                break;
            case { Outcome: StoreOutcome.Already } already:
                terminal.Data($"{AlreadyWord}: {title}: {already.Detail}");
                break;
            case { } failed:
                if (failed.Snippet is { } snippet)
                {
                    terminal.Data(snippet);
                }

                terminal.Error(new UserError(command, $"{title}: {failed.Detail}", report.Code, [.. failed.Hints]));
                break;
        }

        report.Result?.Warnings.ToList().ForEach(terminal.Warn);
        foreach (StrayRoot stray in report.Strays)
        {
            terminal.Warn($"a root of an earlier CA of yours is still trusted: {stray.Place} ({stray.Subject})");
            terminal.Say($"  try: {string.Join(" && ", stray.RemoveCommand)}");
        }
    }

    private string AlreadyWord => verb == StoreVerb.Install ? "already trusted" : "already removed";
}
