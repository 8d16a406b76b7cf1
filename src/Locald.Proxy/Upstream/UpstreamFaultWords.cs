namespace Locald.Proxy.Upstream;

/// <summary>What programs call a fault: in the access log, on pages, in the <c>Locald-Page</c> field. The words never change meaning.</summary>
public static class UpstreamFaultWords
{
    /// <summary>Whether the app was not even reached, so that asking again costs it nothing.</summary>
    internal static bool NotReached(this UpstreamFault fault) =>
        fault is UpstreamFault.Refused or UpstreamFault.SocketMissing or UpstreamFault.Unreachable or UpstreamFault.NameNotFound or UpstreamFault.ConnectTimeout
            or UpstreamFault.NoDescriptor;

    public static string Word(this UpstreamFault fault) => fault switch
    {
        UpstreamFault.Refused => "upstream-refused",
        UpstreamFault.Unreachable => "upstream-unreachable",
        UpstreamFault.NameNotFound => "upstream-name-not-found",
        UpstreamFault.ConnectTimeout => "upstream-connect-timeout",
        UpstreamFault.TlsFailed => "upstream-tls-failed",
        UpstreamFault.ClosedEarly => "upstream-closed",
        UpstreamFault.BadResponse => "upstream-bad-response",
        UpstreamFault.ResponseTimeout => "upstream-timeout",
        UpstreamFault.NoDescriptor => "no-descriptor",
        UpstreamFault.SocketMissing => "upstream-socket-missing",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
