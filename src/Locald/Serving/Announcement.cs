using System.Net;
using System.Net.Sockets;
using Locald.Control;
using Locald.Proxy.Listening;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>Tells what is served where: the URLs as data, what is out of the ordinary as talk.</summary>
internal static class Announcement
{
    /// <summary>Each route as a browser opens it; the built-in page where there is none.</summary>
    internal static IReadOnlyList<ServedRoute> Routes(IReadOnlyList<LiveRoute> routes, int port) => routes.Count > 0
        ? [.. routes.Select(r => Route(r, port))]
        : [new($"https://{RouteName.Reserved}{(port == ListenPlan.HttpsPort ? "" : $":{port}")}", "built-in page") { Name = RouteName.Reserved }];

    /// <summary>One route as a browser opens it.</summary>
    internal static ServedRoute Route(LiveRoute route, int port) => new(route.Route.Name.Url(port).TrimEnd('/'), route.Route.Target.ToString()!)
    {
        Name = route.Route.Name.ToString(),
        Holder = route.Holder,
        Keep = route.Keep,
        Starting = route.Route.Boot is not null,
    };

    /// <summary>Each socket, as <c>https://127.0.0.1:8443</c>.</summary>
    internal static IReadOnlyList<string> Addresses(Listeners listeners) =>
        [.. listeners.Https.Select(s => $"https://{s.LocalEndPoint}"), .. listeners.Http.Select(s => $"http://{s.LocalEndPoint}")];

    /// <summary>One line for each route: <c>https://app.localhost -> localhost:3000</c>, or an object each.</summary>
    internal static void Print(Terminal terminal, IReadOnlyList<ServedRoute> routes, LogFormat format)
    {
        foreach (ServedRoute route in routes)
        {
            if (format == LogFormat.Json)
            {
                terminal.JsonLine(line =>
                {
                    line.WriteString("event", "listening");
                    line.WriteString("url", route.Url);
                    line.WriteString("target", route.Target);
                });
            }
            else
            {
                terminal.Data($"{route.Url} -> {route.Target}");
            }
        }
    }

    /// <summary>Says what the user did not ask for, or should think of twice.</summary>
    internal static void Remark(Terminal terminal, Listeners listeners)
    {
        foreach (ListenNote note in listeners.Notes)
        {
            terminal.Warn(note switch
            {
                ListenNote.NoIPv6 => "this machine has no IPv6: serving on 127.0.0.1 alone",
                _ => $"port {ListenPlan.HttpPort} is in use{Holder(ListenPlan.HttpPort)}: http:// is not redirected",
            });
        }

        string[] open = [.. listeners.Https.Concat(listeners.Http).Where(IsOpen).Select(s => s.LocalEndPoint!.ToString()!)];
        if (open.Length > 0)
        {
            terminal.Warn($"other machines may connect: listening on {string.Join(" and ", open)}");
        }
    }

    /// <summary>As <c> by nginx (pid 12)</c>, or nothing where the system does not tell.</summary>
    internal static string Holder(int port)
    {
        foreach (PortOwner owner in PortOwners.On(port))
        {
            if (owner.Holder is { } holder)
            {
                return $" by {holder}";
            }
        }

        return "";
    }

    private static bool IsOpen(Socket socket) => !IPAddress.IsLoopback(((IPEndPoint)socket.LocalEndPoint!).Address);
}
