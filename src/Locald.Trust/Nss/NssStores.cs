using System.Runtime.Versioning;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>The NSS databases of a user, as trust stores.</summary>
[SupportedOSPlatform("linux")]
internal static class NssStores
{
    internal static IReadOnlyList<ITrustStore> Find(TrustContext context, LinuxMachine machine)
    {
        if (UserFolders.Of(context) is not { } user)
        {
            return [];
        }

        NssAccess access = Access(context, machine);
        return
        [
            .. NssDatabases.Find(context, machine).Select(d => Of(d, access, user, machine)),
            .. NeverStarted.Find(machine, user),
        ];
    }

    /// <returns>The store of a folder that no browser points to any more; null where the id is no database's, or the database is gone.</returns>
    internal static ITrustStore? FromId(string id, TrustContext context, LinuxMachine machine)
    {
        string folder = id.StartsWith(NssStore.IdPrefix, StringComparison.Ordinal) ? id[NssStore.IdPrefix.Length..] : "";
        return folder.StartsWith('/') && UserFolders.Of(context) is { } user && NssDatabases.Remembered(folder, context, machine) is { } database
            ? Of(database, Access(context, machine), user, machine) : null;
    }

    private static ITrustStore Of(NssDatabase database, NssAccess access, UserFolders user, LinuxMachine machine) =>
        database.ForeignOwner is null ? new NssStore(database, access) : new ForeignNssStore(database, user.Home, machine);

    private static NssAccess Access(TrustContext context, LinuxMachine machine) => new(machine, new NssProgram(context.NssProgram).Ask, context.RunAs);
}
