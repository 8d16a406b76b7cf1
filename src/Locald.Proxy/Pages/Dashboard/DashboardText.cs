using System.Buffers;
using System.Text;
using Locald.Proxy.Logging;

namespace Locald.Proxy.Pages.Dashboard;

/// <summary>The dashboard for a terminal: what curl shows.</summary>
internal static class DashboardText
{
    internal static byte[] Write(DashboardState state, IReadOnlyList<RequestRecord> requests)
    {
        StringBuilder text = new();
        text.Append("locald is serving HTTPS\n");
        int width = state.Routes.Select(r => Address(r).Length).DefaultIfEmpty().Max();
        Begin(text, "Routes", state.Routes.Count);
        foreach (RouteState route in state.Routes)
        {
            string[] rest = [route.Target, route.Health.Detail, route.Holder is null ? "" : $"held by {route.Holder}"];
            text.Append($"  {Mood.Word(route.Health.Health),-8}  {Address(route).PadRight(width)}  ")
                .AppendJoin("  ", rest.Where(r => r.Length > 0).Select(Printable.Of)).Append('\n');
        }

        Begin(text, "Trust", state.Stores?.Count ?? 0);
        foreach (StoreFacts store in state.Stores ?? [])
        {
            text.Append($"  {store.State,-11}  {Printable.Of(store.Title)}: {Printable.Of(store.Detail)}\n");
        }

        Begin(text, "Next", state.Next.Count);
        foreach (NextStep step in state.Next)
        {
            text.Append($"  {step.Why}:\n    {step.Command}\n");
        }

        Begin(text, "Requests", requests.Count);
        ArrayBufferWriter<byte> output = new();
        Encoding.UTF8.GetBytes(text.ToString(), output);
        TextLine lines = new(colour: false, TimeZoneInfo.Local);
        foreach (RequestRecord request in requests)
        {
            output.Write("  "u8);
            lines.Write(output, new(request, null, null));
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Begin(StringBuilder text, string title, int count)
    {
        if (count > 0)
        {
            text.Append($"\n{title}:\n");
        }
    }

    private static string Address(RouteState route) => route.Url ?? route.Name;
}
