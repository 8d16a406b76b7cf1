using Locald.Certificates;
using Locald.CommandLine;
using Locald.Proxy.Listening;
using Locald.Proxy.Routing;
using Locald.Serving;
using Locald.Trust;

namespace Locald;

/// <summary>
/// The one place where what the libraries throw becomes what the user is told. An exception that is not here is a bug and ends the
/// program with its trace.
/// </summary>
internal static class Faults
{
    /// <summary>The error to show, or null for a bug.</summary>
    /// <param name="exception">What ended the command.</param>
    /// <param name="line">The command line that was typed.</param>
    internal static UserError? Explain(Exception exception, string[] line) => exception switch
    {
        UserError error => error,
        ListenException fault => Listening(fault, new(line)),
        RouteFormatException fault => Route(fault, line[0]),
        RootException fault => Root(fault),
        NameException fault => new("making the certificate", fault.Message, ExitCode.Usage, $"locald cert {Suggest(fault)}"),
        _ => null,
    };

    private static UserError Route(RouteFormatException fault, string command) => new(command, fault.Message, ExitCode.Usage,
        $"locald {command} {(command == "remove" ? fault.Example[..fault.Example.IndexOf('=')] : fault.Example)}");

    private static UserError Root(RootException fault)
    {
        ExitCode code = fault.Fault is RootFault.Unreadable or RootFault.Unwritable or RootFault.ReadOnly or RootFault.Exposed
            ? ExitCode.Permission
            : ExitCode.Failed;
        return new($"using the root in {fault.Path}", fault.Why, code, [.. fault.Hints]);
    }

    private static string Suggest(NameException fault) => fault.Fault switch
    {
        NameFault.TopLevelWildcard => "app.localhost api.localhost",
        NameFault.PartialWildcard => "'*.app.localhost'",
        NameFault.NotLdh when fault.Name.Contains('_') => fault.Name.Replace('_', '-'),
        _ => "app.localhost",
    };

    private static UserError Listening(ListenException fault, Retry retry) => fault.Fault switch
    {
        ListenFault.BadAddress => new("serve", fault.Message, ExitCode.Usage, "locald serve --https 127.0.0.1:8443"),
        ListenFault.InUse => new("serve", fault.Message + Announcement.Holder(fault.EndPoint!.Port), ExitCode.PortInUse, OtherPort(fault.EndPoint!.Port, retry)),
        ListenFault.NotPermitted => new("serve", fault.Message, ExitCode.Permission, [.. Permissions(fault.EndPoint!.Port, retry)]),
        ListenFault.NotLocal => new("serve", fault.Message, ExitCode.Failed, Elsewhere(retry)),
        ListenFault.BadActivation => new("serve", fault.Message, ExitCode.Failed, "systemctl cat locald.socket"),
        _ => new("serve", fault.Message, ExitCode.Failed, "locald doctor"),
    };

    private static string OtherPort(int port, Retry retry) => port switch
    {
        ListenPlan.HttpPort => $"{retry.With("--http", "off")}",
        ListenPlan.FallbackHttpsPort => $"{retry.With("--https", "9443")}",
        _ => Elsewhere(retry),
    };

    private static string Elsewhere(Retry retry) => $"{retry.With("--https", $"{ListenPlan.FallbackHttpsPort}")}";

    private static IEnumerable<string> Permissions(int port, Retry retry)
    {
        if (OperatingSystem.IsLinux())
        {
            yield return $"sudo setcap cap_net_bind_service=+ep {ShellWord.Quote(Environment.ProcessPath!)}";
            yield return $"sudo sysctl net.ipv4.ip_unprivileged_port_start={port}";
        }

        yield return OtherPort(port, retry);
    }
}
