using System.Text;

namespace Locald.Service;

/// <summary>Units for systemd (systemd.socket(5), systemd.service(5)).</summary>
internal static class SystemdUnits
{
    private const string SocketName = "locald.socket";
    private const string ServiceName = "locald.service";

    /// <summary>
    /// The system opens the ports and hands them to a service that runs as the user: 443 without a right of ours. The user's own manager
    /// cannot be handed such sockets, so that both units are the system's.
    /// </summary>
    /// <param name="request">What is to be served.</param>
    /// <param name="folder">Where the units are: <c>/etc/systemd/system</c>.</param>
    internal static ServicePlan OfSystem(ServiceRequest request, string folder) => new()
    {
        Kind = "systemd",
        NeedsRoot = true,
        Files = [new(Path.Combine(folder, SocketName), Socket(request)), new(Path.Combine(folder, ServiceName), Service(request, asUser: true))],
        Start = [["systemctl", "daemon-reload"], ["systemctl", "enable", SocketName, ServiceName], ["systemctl", "restart", SocketName, ServiceName]],
        Stop = [["systemctl", "disable", "--now", SocketName, ServiceName]],
        Forget = [["systemctl", "daemon-reload"]],
        IsActive = ["systemctl", "is-active", "--quiet", SocketName, ServiceName],
        Diagnosis = $"journalctl -u {SocketName} -u {ServiceName} -n 20",
        Ports = request.Ports,
    };

    /// <summary>A service of the user's own manager, without root and from port 8443.</summary>
    /// <param name="request">What is to be served.</param>
    /// <param name="folder">Where the units are: <c>~/.config/systemd/user</c>.</param>
    internal static ServicePlan OfUser(ServiceRequest request, string folder) => new()
    {
        Kind = "systemd-user",
        Files = [new(Path.Combine(folder, ServiceName), Service(request, asUser: false))],
        Start = [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", ServiceName], ["systemctl", "--user", "restart", ServiceName]],
        Stop = [["systemctl", "--user", "disable", "--now", ServiceName]],
        Forget = [["systemctl", "--user", "daemon-reload"]],
        IsActive = ["systemctl", "--user", "is-active", "--quiet", ServiceName],
        Diagnosis = $"journalctl --user -u {ServiceName} -n 20",
    };

    private static string Socket(ServiceRequest request)
    {
        StringBuilder unit = new($"# {ServicePlan.Mark}\n[Unit]\nDescription=Ports of locald, HTTPS for names under .localhost\n\n[Socket]\n");
        foreach (int port in request.Ports)
        {
            foreach (string address in request.Addresses)
            {
                unit.Append($"ListenStream={(address.Contains(':') ? $"[{address}]" : address)}:{port}\n");
            }
        }

        return unit.Append("\n[Install]\nWantedBy=sockets.target\n").ToString();
    }

    private static string Service(ServiceRequest request, bool asUser)
    {
        StringBuilder unit = new($"# {ServicePlan.Mark}\n[Unit]\nDescription=locald, HTTPS for names under .localhost\n");
        if (asUser)
        {
            unit.Append($"Requires={SocketName}\nAfter={SocketName}\n");
        }

        unit.Append("\n[Service]\n");
        if (asUser)
        {
            unit.Append($"User={request.User}\n");
        }

        if (request.LocaldHome is { } home)
        {
            unit.Append($"Environment={Word($"LOCALD_HOME={home}", variables: false)}\n");
        }

        unit.Append($"ExecStart={string.Join(' ', request.Line.Select(w => Word(w, variables: true)))}\n");
        unit.Append($"Restart=on-failure\nNoNewPrivileges=yes\n\n[Install]\nWantedBy={(asUser ? "multi-user.target" : "default.target")}\n");
        return unit.ToString();
    }

    /// <summary>A word in quotes where it needs them. A percent sign is a specifier, in command lines a dollar sign a variable (systemd.syntax(7)).</summary>
    private static string Word(string text, bool variables)
    {
        string escaped = text.Replace("%", "%%").Replace("\\", "\\\\").Replace("\"", "\\\"");
        escaped = variables ? escaped.Replace("$", "$$") : escaped;
        return escaped.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:@=,*[]%$".Contains(c)) ? escaped : $"\"{escaped}\"";
    }
}
