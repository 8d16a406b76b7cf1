using System.Net;
using System.Net.Sockets;
using Locald.Proxy.Routing;

namespace Locald.Service;

/// <summary>Chooses the service manager of this machine.</summary>
internal static class ServicePlans
{
    private const string SystemUnits = "/etc/systemd/system";

    /// <summary>There while systemd runs the machine (sd_booted(3)).</summary>
    private const string SystemdRuns = "/run/systemd/system";

    /// <param name="session">Whose service it is.</param>
    /// <param name="routes">What is to be served.</param>
    /// <param name="user">Whether only the user's own manager is asked, which needs no root.</param>
    /// <param name="redirect">Whether port 80 is wanted.</param>
    /// <exception cref="UserError">There is no manager that this program knows.</exception>
    internal static ServicePlan Find(Session session, IReadOnlyList<Route> routes, bool user, bool redirect)
    {
        ServiceRequest request = new(
            Environment.ProcessPath ?? throw new UserError("service", "this program's own file is not known", ExitCode.Failed, "locald serve"),
            [.. routes.Select(r => $"{r.Name}={r.Target}")],
            UserName(session),
            session.Home ?? "",
            session.Variable("LOCALD_HOME") is { } home ? Path.GetFullPath(home, session.WorkingFolder) : null,
            redirect,
            HasIPv6());
        if (OperatingSystem.IsWindows())
        {
            return request.LocaldHome is null ? ScheduledTask.Of(request, session.State.Path)
                : throw new UserError("service", "a task has no variables, and LOCALD_HOME is set", ExitCode.Failed, "set LOCALD_HOME= & locald service install");
        }

        if (OperatingSystem.IsMacOS())
        {
            return LaunchAgent.Of(request, $"gui/{session.Owner?.Uid ?? Passwd.EffectiveUser()}");
        }

        if (!Directory.Exists(SystemdRuns))
        {
            throw new UserError("service", "systemd does not run this machine, and locald knows no other manager of services on Linux", ExitCode.Failed,
                "locald serve");
        }

        return user
            ? SystemdUnits.OfUser(request, Path.Combine(session.Variable("XDG_CONFIG_HOME") ?? Path.Combine(request.Home, ".config"), "systemd", "user"))
            : SystemdUnits.OfSystem(request, SystemUnits);
    }

    private static string UserName(Session session)
    {
        if (OperatingSystem.IsWindows())
        {
            return $"{Environment.UserDomainName}\\{Environment.UserName}";
        }

        int uid = session.Owner?.Uid ?? Passwd.EffectiveUser();
        return Passwd.NameOf(uid) ?? uid.ToString();
    }

    /// <summary>A socket unit with an address that cannot be bound fails as a whole.</summary>
    private static bool HasIPv6()
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
