using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Locald.Certificates;
using Locald.CommandLine;
using Locald.Control;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Commands;

internal static class StatusCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "status",
        Summary = "is it trusted, is it running, what does it serve",
        Examples =
        [
            new("locald status", "the state of things, a line per fact"),
            new("locald status --json", "the same for scripts"),
        ],
        Options = StoreChoice.LookOptions,
        Notes = """
            Exit code 0 where every store trusts the root, 3 where one does not; whether an instance runs does
            not matter, nor does Java's store unless it is asked for by --store java.

            JSON: {trusted, root: {path, exists, subject, sha256, notAfter}, stores: [{name, id, title, state:
            TRUSTED|MISSING|BROKEN|UNAVAILABLE, counts, detail, fault, hints, places, strays: [{state: EXTRA,
            path, subject, notAfter, remediation}]}], running: null | {pid, version, since, listens, routes:
            [{name, url, target, holder: null | {pid, since, words}, keep, starting}]}, exitCode}
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        (X509Certificate2? root, string pemFile) = Authority.ReadRoot(session);
        using X509Certificate2? owned = root;
        StoreChoice choice = StoreChoice.Parse("status", arguments);
        IReadOnlyList<StoreReport> stores = await AtOnce.EachAsync(Stores.Find(session, choice), s => StoreReport.Look(s, root, choice));
        bool trusted = root is not null && stores.All(s => !s.Counts || s.Before.State == StoreState.Trusted);
        ExitCode code = trusted ? ExitCode.Done : ExitCode.NotTrusted;
        InstanceStatus? running = await RunningInstance.Ask(session);

        if (arguments.Has("--json"))
        {
            session.Terminal.Json(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("trusted", trusted);
                StoreTable.WriteRoot(json, root, pemFile);
                WriteStores(json, stores);
                WriteRunning(json, running);
                json.WriteNumber("exitCode", (int)code);
                json.WriteEndObject();
            });
            return code;
        }

        if (root is null)
        {
            session.Terminal.Data($"not trusted: there is no root {pemFile}");
        }
        else
        {
            ShowStores(session.Terminal, stores);
        }

        ShowRunning(session.Terminal, running);
        if (root is not null && CertManager.IsAging(root, session.Clock))
        {
            session.Terminal.Warn($"the root expires on {root.NotAfter.ToUniversalTime():yyyy-MM-dd}, and with it every certificate", "locald ca rotate");
        }

        if (!trusted)
        {
            session.Terminal.Say("  try: locald trust");
        }

        return code;
    }

    private static void ShowStores(Terminal terminal, IReadOnlyList<StoreReport> stores)
    {
        List<string[]> rows = [];
        foreach ((ITrustStore store, StoreStatus status, _, _) in stores)
        {
            rows.Add([store.Title, StoreWords.Of(status.State), status.Detail]);
            rows.AddRange(status.Strays.Select(s => new[] { store.Title, StoreWords.Extra, $"{s.Place} ({s.Subject})" }));
        }

        terminal.Table(["STORE", "STATE", "PROOF"], rows);
    }

    private static void ShowRunning(Terminal terminal, InstanceStatus? running)
    {
        if (running is null)
        {
            terminal.Data("not running");
            return;
        }

        terminal.Data($"running: pid {running.Pid}, version {running.Version}, since {running.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}");
        foreach (string address in running.Listens)
        {
            terminal.Data($"listens: {address}");
        }

        foreach (ServedRoute route in running.Routes)
        {
            terminal.Data($"serves: {route.Url} -> {route.Target}{(route.Keep ? ", kept" : route.Holder is null ? "" : $", held by {route.HeldBy}")}");
        }
    }

    private static void WriteStores(Utf8JsonWriter json, IReadOnlyList<StoreReport> stores)
    {
        json.WriteStartArray("stores");
        foreach (StoreReport report in stores)
        {
            StoreStatus status = report.Before;
            json.WriteStartObject();
            StoreTable.WriteStore(json, report.Store);
            json.WriteString("state", StoreWords.Of(status.State));
            json.WriteBoolean("counts", report.Counts);
            json.WriteString("detail", status.Detail);
            json.WriteString("fault", StoreWords.Camel(status.Fault));
            StoreTable.WriteStrings(json, "hints", status.Hints);
            StoreTable.WriteStrings(json, "places", status.Places);
            StoreTable.WriteStrays(json, status.Strays);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRunning(Utf8JsonWriter json, InstanceStatus? running)
    {
        if (running is null)
        {
            json.WriteNull("running");
            return;
        }

        json.WriteStartObject("running");
        running.Write(json);
        json.WriteEndObject();
    }
}
