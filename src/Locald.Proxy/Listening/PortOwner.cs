using System.Net;

namespace Locald.Proxy.Listening;

/// <summary>A TCP socket that listens on this machine, and who holds it.</summary>
/// <param name="Address">What it is bound to.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="UserId">The user that opened it; null where the system does not tell.</param>
/// <param name="ProcessId">Null where the process is another user's, or the system does not tell.</param>
/// <param name="Program">What the process calls itself, as <c>nginx</c> or <c>node vite</c>; null where <paramref name="ProcessId"/> is.</param>
public sealed record PortOwner(IPAddress Address, int Port, int? UserId = null, int? ProcessId = null, string? Program = null)
{
    /// <summary>As <c>node vite (pid 4242)</c>, or null where the process is not known.</summary>
    public string? Holder => ProcessId is null ? null : Program is null ? $"pid {ProcessId}" : $"{Program} (pid {ProcessId})";

    /// <summary>As <c>127.0.0.1:5173</c>.</summary>
    public string Endpoint => new IPEndPoint(Address, Port).ToString();

    /// <summary>Whether a connection to this machine's loopback reaches it.</summary>
    internal bool AnswersLoopback =>
        IPAddress.IsLoopback(Address) || Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any) || Address.Equals(MappedAny);

    private static IPAddress MappedAny { get; } = IPAddress.Any.MapToIPv6();
}
