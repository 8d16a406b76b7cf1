using System.Net;
using System.Net.Sockets;
using Locald.Control;
using Locald.Proxy.Listening;

namespace Locald.Doctor;

/// <summary>Whether serve may listen where browsers look first, and who sits there else.</summary>
internal static class PortChecks
{
    internal static IEnumerable<Check> Run(InstanceStatus? running) =>
    [
        Port("ports.https", ListenPlan.HttpsPort, PortOwners.On(ListenPlan.HttpsPort), running, $"serve takes {ListenPlan.FallbackHttpsPort} instead"),
        Port("ports.http", ListenPlan.HttpPort, PortOwners.On(ListenPlan.HttpPort), running, "serve answers no plain HTTP"),
    ];

    internal static Check Port(string id, int port, IReadOnlyList<PortOwner> owners, InstanceStatus? running, string consequence)
    {
        PortOwner? owner = owners.Where(IsInTheWay).OrderByDescending(o => o.ProcessId is not null).FirstOrDefault();
        return (owner is null ? TryBind(port) : SocketError.AddressAlreadyInUse) switch
        {
            SocketError.Success => new(id, Severity.Ok, $"port {port} is free, and this user may listen on it"),
            SocketError.AddressAlreadyInUse when running?.Listens.Any(l => IsOn(l, port)) == true =>
                new(id, Severity.Ok, $"port {port} is held by the running instance (pid {running.Pid})"),
            SocketError.AddressAlreadyInUse =>
                new(id, Severity.Warning, $"port {port} is held by {owner?.Holder ?? "a process of another user"}: {consequence}"),
            SocketError.AccessDenied => new(id, Severity.Warning, $"this user may not listen on port {port}: {consequence}", Permission()),
            SocketError error => new(id, Severity.Warning, $"port {port} cannot be listened on ({error}): {consequence}"),
        };
    }

    private static bool IsInTheWay(PortOwner owner) =>
        IPAddress.IsLoopback(owner.Address) || owner.Address.Equals(IPAddress.Any) || owner.Address.Equals(IPAddress.IPv6Any);

    /// <summary>Binds and lets go, without ever listening: no client sees it.</summary>
    private static SocketError TryBind(int port)
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    private static bool IsOn(string listen, int port) => listen.EndsWith($":{port}", StringComparison.Ordinal);

    private static string[] Permission() => OperatingSystem.IsLinux() && Environment.ProcessPath is { } program
        ? [$"sudo setcap cap_net_bind_service=+ep {program}"] : [];
}
