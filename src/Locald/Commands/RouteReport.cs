using Locald.Control;

namespace Locald.Commands;

/// <summary>What people and scripts are told of a change of one route.</summary>
internal static class RouteReport
{
    /// <summary>As <c>added: https://app.localhost -> localhost:3000</c>, or as one JSON object.</summary>
    internal static void Show(Terminal terminal, ControlReply reply, bool asJson)
    {
        if (reply is not { Outcome: { } outcome, Route: { } route })
        {
            throw new UserError("asking the running instance", "its answer does not say what became of the route", ExitCode.Failed, "locald list");
        }

        string word = outcome.ToString().ToLowerInvariant();
        if (!asJson)
        {
            terminal.Data($"{word}: {route.Url} -> {route.Target}");
            return;
        }

        terminal.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("outcome", word);
            json.WriteStartObject("route");
            route.Write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
