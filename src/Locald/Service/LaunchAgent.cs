using System.Security;

namespace Locald.Service;

/// <summary>An agent of launchd (launchd.plist(5)): it starts at login, and launchd, which is root, opens the ports.</summary>
internal static class LaunchAgent
{
    private const string Label = "dev.locald.serve";

    /// <param name="request">What is to be served.</param>
    /// <param name="domain">As <c>gui/501</c>.</param>
    internal static ServicePlan Of(ServiceRequest request, string domain)
    {
        string file = Path.Combine(request.Home, "Library", "LaunchAgents", $"{Label}.plist");
        string log = Path.Combine(request.Home, "Library", "Logs", "locald.log");
        return new()
        {
            Kind = "launchd",
            Files = [new(file, Text(request, log))],
            // launchd takes no second agent of one name.
            Withdraw = [["launchctl", "bootout", $"{domain}/{Label}"]],
            Start = [["launchctl", "bootstrap", domain, file]],
            Stop = [["launchctl", "bootout", $"{domain}/{Label}"]],
            IsActive = ["launchctl", "print", $"{domain}/{Label}"],
            Diagnosis = $"tail {log}",
            Ports = request.Ports,
        };
    }

    private static string Text(ServiceRequest request, string log)
    {
        string variables = request.LocaldHome is { } home
            ? $"\n  <key>EnvironmentVariables</key>\n  <dict><key>LOCALD_HOME</key>{String(home)}</dict>" : "";
        string redirect = request.Redirect ? $"\n    <key>http</key>\n    <array>{Sockets(request, 80)}</array>" : "";
        return $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <!-- {ServicePlan.Mark} -->
            <plist version="1.0">
            <dict>
              <key>Label</key>
              {String(Label)}
              <key>ProgramArguments</key>
              <array>{string.Concat(request.Line.Select(String))}</array>{variables}
              <key>RunAtLoad</key>
              <true/>
              <key>KeepAlive</key>
              <dict><key>SuccessfulExit</key><false/></dict>
              <key>StandardErrorPath</key>
              {String(log)}
              <key>Sockets</key>
              <dict>
                <key>https</key>
                <array>{Sockets(request, 443)}</array>{redirect}
              </dict>
            </dict>
            </plist>

            """;
    }

    private static string Sockets(ServiceRequest request, int port) => string.Concat(request.Addresses.Select(a =>
        $"<dict><key>SockNodeName</key>{String(a)}<key>SockServiceName</key>{String(port.ToString())}<key>SockFamily</key>{String(a.Contains(':') ? "IPv6" : "IPv4")}</dict>"));

    private static string String(string text) => $"<string>{SecurityElement.Escape(text)}</string>";
}
