using System.Text.Json;
using Locald.CommandLine;
using Locald.Completion;
using Locald.Configuration;
using Locald.Proxy.Routing;
using Locald.Trusting;

namespace Locald.Commands;

internal static class ConfigCommand
{
    private const string Check = "check";
    private const string Schema = "schema";

    public static Command Definition { get; } = new()
    {
        Name = "config",
        Summary = "check a project's locald.json, or print its schema",
        Usage = "check [FILE] [--json] | schema",
        MaxWords = 2,
        Examples =
        [
            new("locald config check", "every fault of the nearest locald.json, with line and column"),
            new("locald config schema > locald.schema.json", "for the editor: \"$schema\": \"./locald.schema.json\""),
        ],
        Options = [new("--json", null, "check: print what was found as JSON")],
        Notes = """
            locald.json is looked for from the current folder up to the root of its git repository; outside of
            a repository in the current folder alone. Comments and trailing commas are allowed:

              {
                "name": "shop",                          // locald run: https://shop.localhost
                "command": "npm run dev",                // locald run: what to start
                "routes": {                              // locald serve and run
                  "shop/api": "http://127.0.0.1:4000/",  // as NAME=TARGET on the command line
                  "docs": "./site",
                },
                "ports": { "https": 8443, "http": "off", "app": 3000 },
              }

            Paths in it are relative to its folder. Where the command line of serve or run says something
            too, it comes first. Both follow the file while they run: a changed route is in force within a
            second or two and no connection is lost; a bad edit is told, and the last good one stays. All
            but the routes counts from the next start.

            JSON: {path, ok, faults: [{line, column, message}], name, command, routes: [{name, target}],
            ports: {https, http, app}, exitCode}; exit code 1 where there are faults or no file.
            """,
        Words = (_, place) => Task.FromResult<IEnumerable<Candidate>>(place == 0 ? [new(Check, "tell every fault of a file"), new(Schema, "print a JSON schema for editors")] : [Candidate.Files]),
        Run = (arguments, session) => Task.FromResult(arguments.Words switch
        {
            [Schema] => PrintSchema(session.Terminal),
            [Check] => RunCheck(Nearest(session), arguments, session.Terminal),
            [Check, var file] => RunCheck(Path.GetFullPath(file, session.WorkingFolder), arguments, session.Terminal),
            [] => throw new UserError("config", "check or schema is missing", ExitCode.Usage, $"locald config {Check}"),
            [Schema, var extra] => throw new UserError("config", $"unexpected argument '{extra}'", ExitCode.Usage, $"locald config {Schema}"),
            [var word, ..] => throw new UserError("config", $"unexpected argument '{word}'", ExitCode.Usage,
                $"locald config {CommandLine.Nearest.To(word, [Check, Schema]) ?? Check}"),
        }),
    };

    private static string Nearest(Session session) => ConfigFile.Find(session.WorkingFolder)
        ?? throw new UserError("config check", $"there is no {ConfigFile.Name} from here up to the repository's root", ExitCode.Failed,
            $"locald config {Check} FILE", "locald help config");

    private static ExitCode PrintSchema(Terminal terminal)
    {
        terminal.Raw(ConfigSchema.Text);
        return ExitCode.Done;
    }

    private static ExitCode RunCheck(string path, Arguments arguments, Terminal terminal)
    {
        (ProjectConfig config, IReadOnlyList<ConfigFault> faults) = ConfigFile.Check(path);
        ExitCode code = faults.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        if (arguments.Has("--json"))
        {
            terminal.Json(json => Write(json, config, faults, code));
            return code;
        }

        foreach (ConfigFault fault in faults)
        {
            terminal.Data($"{path}:{fault.Line}:{fault.Column}: {fault.Message}");
        }

        if (faults.Count == 0)
        {
            terminal.Data($"ok: {path}");
        }

        return code;
    }

    private static void Write(Utf8JsonWriter json, ProjectConfig config, IReadOnlyList<ConfigFault> faults, ExitCode code)
    {
        json.WriteStartObject();
        json.WriteString("path", config.Path);
        json.WriteBoolean("ok", faults.Count == 0);
        json.WriteStartArray("faults");
        foreach (ConfigFault fault in faults)
        {
            json.WriteStartObject();
            json.WriteNumber("line", fault.Line);
            json.WriteNumber("column", fault.Column);
            json.WriteString("message", fault.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("name", config.Name?.Host);
        StoreTable.WriteStrings(json, "command", config.Command);
        json.WriteStartArray("routes");
        foreach (Route route in config.Routes)
        {
            json.WriteStartObject();
            json.WriteString("name", route.Name.ToString());
            json.WriteString("target", route.Target.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("ports");
        StoreTable.WriteStrings(json, "https", config.Listen.Https.Select(a => a.ToString()));
        StoreTable.WriteStrings(json, "http", config.Listen.HttpOff ? ["off"] : config.Listen.Http.Select(a => a.ToString()));
        if (config.AppPort is { } port)
        {
            json.WriteNumber("app", port);
        }
        else
        {
            json.WriteNull("app");
        }

        json.WriteEndObject();
        json.WriteNumber("exitCode", (int)code);
        json.WriteEndObject();
    }
}
