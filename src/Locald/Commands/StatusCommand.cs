using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
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
        Options = [new("--json", null, "print it as JSON")],
        Notes = """
            Exit code 0 where the root is trusted, 3 where it is not; whether an instance runs does not matter.

            JSON: {trusted, root: {path, exists, subject, sha256, notAfter}, stores: [{name, title, state:
            trusted|untrusted|damaged|absent, detail, places}], running: null | {pid, version, since, listens,
            routes: [{url, target}]}, exitCode}
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        (X509Certificate2? root, string pemFile) = Authority.ReadRoot(session);
        using X509Certificate2? owned = root;
        IReadOnlyList<ITrustStore> stores = Stores.Find(session);
        (ITrustStore Store, StoreStatus Status)[] answers = root is null ? [] : [.. stores.Select(s => (s, s.Probe(root)))];
        bool trusted = answers.Length > 0 && Array.TrueForAll(answers, a => a.Status.State == StoreState.Trusted);
        ExitCode code = trusted ? ExitCode.Done : ExitCode.NotTrusted;
        InstanceStatus? running = await RunningInstance.Ask(session);

        if (arguments.Has("--json"))
        {
            session.Terminal.Json(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("trusted", trusted);
                StoreReport.WriteRoot(json, root, pemFile);
                WriteStores(json, answers);
                WriteRunning(json, running);
                json.WriteNumber("exitCode", (int)code);
                json.WriteEndObject();
            });
            return code;
        }

        foreach ((ITrustStore store, StoreStatus status) in answers)
        {
            session.Terminal.Data($"{(status.State == StoreState.Trusted ? "trusted" : "not trusted")}: {store.Title}: {status.Detail}");
        }

        if (answers.Length == 0)
        {
            session.Terminal.Data(root is null ? $"not trusted: there is no root {pemFile}"
                : "not trusted: this version cannot look into the trust store of this system");
        }

        ShowRunning(session.Terminal, running);
        if (!trusted)
        {
            session.Terminal.Say("  try: locald trust");
        }

        return code;
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
            terminal.Data($"serves: {route.Url} -> {route.Target}");
        }
    }

    private static void WriteStores(Utf8JsonWriter json, IEnumerable<(ITrustStore Store, StoreStatus Status)> answers)
    {
        json.WriteStartArray("stores");
        foreach ((ITrustStore store, StoreStatus status) in answers)
        {
            json.WriteStartObject();
            json.WriteString("name", StoreReport.Camel(store.Kind));
            json.WriteString("title", store.Title);
            json.WriteString("state", StoreReport.Camel(status.State));
            json.WriteString("detail", status.Detail);
            StoreReport.WriteStrings(json, "places", status.Places);
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
