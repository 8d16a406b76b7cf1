using Locald.Proxy.Listening;

namespace Locald.Service;

/// <summary>Who wants what served, at every login or start of the machine.</summary>
/// <param name="Program">Absolute path of this program.</param>
/// <param name="Routes">As they are typed after <c>serve</c>, with absolute paths.</param>
/// <param name="User">The user that it runs as.</param>
/// <param name="Home">That user's home folder.</param>
/// <param name="LocaldHome">Where the state is, where that is not the usual place.</param>
/// <param name="Redirect">Whether plain HTTP on port 80 is redirected.</param>
/// <param name="IPv6">Whether this machine has it.</param>
internal sealed record ServiceRequest(string Program, IReadOnlyList<string> Routes, string User, string Home, string? LocaldHome, bool Redirect, bool IPv6)
{
    /// <summary>The command line. No project's file is read: a service belongs to no project.</summary>
    internal IReadOnlyList<string> Line => [Program, "serve", "--config", "off", .. Redirect ? [] : new[] { "--http", "off" }, .. Routes];

    internal IReadOnlyList<int> Ports => Redirect ? [ListenPlan.HttpsPort, ListenPlan.HttpPort] : [ListenPlan.HttpsPort];

    /// <summary>The loopback addresses that are listened on.</summary>
    internal IReadOnlyList<string> Addresses => IPv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
}
