using Locald.Issuing;
using Issued = Locald.Certificates.Limits;
using Served = Locald.Proxy.Limits;

namespace Locald.Documentation;

/// <summary>README's table of limits, held against the constants that it repeats.</summary>
public sealed class LimitsTableTests
{
    private static Dictionary<string, string> Expected { get; } = new()
    {
        ["Request head"] = $"{Served.Head / 1024} KiB, {Served.Fields} fields",
        ["Request target"] = $"{Served.Target / 1024} KiB",
        ["Response head"] = $"{Served.Head / 1024} KiB",
        ["Body, either way"] = "none; never held whole",
        ["Connections from clients"] = $"{Served.Connections:N0}",
        ["Open files of the process"] = $"`ulimit -Hn`, of which it takes {(2 * Served.Connections) + 1_000:N0}",
        ["Streams of one HTTP/2 connection"] = $"{Served.Streams}",
        ["Data of HTTP/2 that waits for a target"] = $"{Served.StreamWindow / 1024} KiB a stream, {Served.ConnectionWindow / 1024 / 1024} MiB a connection",
        ["Exchanges on one HTTP/2 connection to a target"] = $"{Served.UpstreamStreams}, or fewer where it says so",
        ["Frames of HTTP/2 that bring nothing"] = $"{Served.FrameBudget:N0} at once, then {Served.FrameRefill:N0} a second",
        ["TLS handshake"] = $"{Served.Handshake / 1000} s",
        ["Head, from its first byte"] = $"{Served.HeadWait / 1000} s",
        ["Request body without a byte"] = $"{Served.BodyWait / 1000} s",
        ["Idle between requests"] = $"{Served.KeepAlive / 1000} s",
        ["Reaching a target"] = $"{Served.Connect / 1000} s",
        ["Answer of a target begins"] = $"{Served.ResponseWait / 60_000} min",
        ["Waiting for an app that `locald run` starts"] = $"{Served.BootWait / 1000} s; {Served.Held:N0} requests at once",
        ["Response or WebSocket without a byte"] = $"{Served.Stall / 3_600_000} hour",
        ["Passes through locald for one request"] = $"{Served.Hops}",
        ["Requests remembered for the dashboard and `logs`"] = $"{Served.RequestsKept}",
        ["Dashboards and terminals that follow requests"] = $"{Served.Followers}, with {Served.FollowerLines:N0} lines that wait for each",
        ["Idle connections kept to a target"] = $"{Served.IdlePerUpstream}, for {Served.UpstreamIdle / 1000} s",
        ["Certificates kept in memory"] = $"{Issued.CachedLeaves}; others are made again when asked for",
        ["Length of a name"] = $"{Issued.Name} characters, {Issued.Label} for a label",
        ["Life of a certificate"] = $"{Issued.LeafLife.TotalDays:N0} days; {IssueRequest.DefaultDays} for `locald cert`",
    };

    [Fact]
    public void Every_bound_is_the_one_that_is_kept() =>
        Assert.Equal(Expected.Select(e => $"{e.Key}: {e.Value}"), ReadmePage.Rows("Limits").Select(row => $"{row[0]}: {row[1]}"));
}
