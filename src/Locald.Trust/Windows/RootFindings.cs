using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Windows;

/// <summary>What Windows' lists hold of a root.</summary>
/// <param name="Trusted">Whose Root list holds it.</param>
/// <param name="Distrusted">Whose list of untrusted certificates (Disallowed) holds it, which outweighs the other.</param>
/// <param name="UserRootsForbidden">Whether a policy keeps Windows from looking at the user's own Root list.</param>
/// <param name="Strays">Roots of an earlier CA of ours.</param>
internal sealed record RootFindings(
    IReadOnlyList<StoreLocation> Trusted,
    IReadOnlyList<StoreLocation> Distrusted,
    bool UserRootsForbidden,
    IReadOnlyList<StrayRoot> Strays)
{
    /// <summary>The user's own list first: it needs no rights.</summary>
    public static IReadOnlyList<StoreLocation> Locations { get; } = [StoreLocation.CurrentUser, StoreLocation.LocalMachine];

    public static string Place(StoreLocation location, StoreName name = StoreName.Root) => $@"{location}\{name}";

    /// <param name="list">Gives the certificates of one list, without those that another lends to it.</param>
    /// <param name="userRootsForbidden">Whether a policy keeps Windows from looking at the user's own.</param>
    /// <param name="root">The root that is looked for; null for its predecessors alone.</param>
    /// <param name="delete">The command that takes a certificate out of a Root list.</param>
    public static RootFindings In(Func<StoreName, StoreLocation, IReadOnlyList<byte[]>> list, bool userRootsForbidden, X509Certificate2? root,
        Func<StoreLocation, X509Certificate2, string> delete)
    {
        IReadOnlyList<StoreLocation> Holding(StoreName name) => root is null ? []
            : [.. Locations.Where(l => list(name, l).Any(der => root.RawDataMemory.Span.SequenceEqual(der)))];

        IEnumerable<StrayRoot?> strays = Locations.SelectMany(l => list(StoreName.Root, l)
            .Select(der => OurRoots.AsStray(der, root, Place(l), certificate => [delete(l, certificate)])));
        return new(Holding(StoreName.Root), Holding(StoreName.Disallowed), userRootsForbidden, [.. strays.OfType<StrayRoot>()]);
    }

    /// <summary>Whether it is where it was asked for: the machine's list serves every user, the user's own not the machine.</summary>
    private bool IsWhereAsked(TrustScope scope) => Trusted.Contains(StoreLocation.LocalMachine)
        || (scope != TrustScope.Machine && Trusted.Contains(StoreLocation.CurrentUser));

    /// <param name="scope">For whom the root is to be trusted.</param>
    /// <param name="undo">The command that takes it off a list of untrusted certificates.</param>
    public StoreStatus Status(TrustScope scope, Func<StoreLocation, string> undo)
    {
        StoreStatus status = this switch
        {
            { Distrusted: [{ } by, ..] } => new(StoreState.Broken, $"Windows distrusts the root: it is in {Place(by, StoreName.Disallowed)}")
            {
                Fault = TrustFault.Forbidden,
                Hints = [.. Distrusted.Select(undo)],
            },
            { UserRootsForbidden: true, Trusted: [StoreLocation.CurrentUser] } => ForbiddenToUsers,
            _ when IsWhereAsked(scope) => new(StoreState.Trusted, $"{string.Join(" and ", Trusted.Select(l => Place(l)))} {(Trusted.Count > 1 ? "hold" : "holds")} the root"),
            { Trusted: [_, ..] } => new(StoreState.Missing, $"{Place(StoreLocation.CurrentUser)} alone holds the root, so that other users do not trust it"),
            _ => new(StoreState.Missing, @"neither CurrentUser\Root nor LocalMachine\Root holds the root"),
        };
        return status with { Places = [.. Trusted.Select(l => Place(l))], Strays = Strays };
    }

    /// <summary>Said before a change, and of one that somebody made in vain.</summary>
    public static StoreStatus ForbiddenToUsers => new(StoreState.Broken, @"a policy of this Windows ignores the roots in CurrentUser\Root")
    {
        Fault = TrustFault.Forbidden,
        Hints = ["locald trust --system"],
    };
}
