using System.Runtime.Versioning;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>Finds every NSS database that a browser of this user reads on Linux, and those that one will read and that have to be made.</summary>
[SupportedOSPlatform("linux")]
public static class NssDatabases
{
    /// <summary>Each takes a process or two to ask, of some 20 ms; more than this is no user's home.</summary>
    private const int Most = 2000;

    /// <summary>One user's, each real folder once, in the same order in every run.</summary>
    public static IReadOnlyList<NssDatabase> Find(TrustContext context, LinuxMachine machine)
    {
        if (UserFolders.Of(context) is not { } user)
        {
            return [];
        }

        MozillaProfiles mozilla = new(machine, user);
        IEnumerable<NssDatabase> fresh = new FreshFirefox(machine, user).Profile() is { } profile ? [profile] : [];
        HashSet<string> seen = [];
        uint?[] owners = Owners(context, user);
        return
        [
            .. new ChromiumDatabases(machine, user).All().Concat(fresh).Concat(MozillaBrowser.All.SelectMany(mozilla.Of))
                .Where(d => RealPath.Of(d.Folder) is { } real && seen.Add(real)).Take(Most).Select(d => d with { ForeignOwner = Foreign(d.Folder, owners) }),
        ];
    }

    /// <returns>The database of a folder that no browser points to any more; null where it is gone.</returns>
    internal static NssDatabase? Remembered(string folder, TrustContext context, LinuxMachine machine)
    {
        if (UserFolders.Of(context) is not { } user || new NssDatabase(folder, $"the database {folder}", new MozillaProfiles(machine, user).LibrariesOf(folder)) is not { Exists: true } database)
        {
            return null;
        }

        return database with { ForeignOwner = Foreign(folder, Owners(context, user)) };
    }

    /// <summary>Whoever may own what is changed: the user, and the owner of the home folder.</summary>
    private static uint?[] Owners(TrustContext context, UserFolders user) => [(uint?)context.RunAs?.Uid ?? UnixFile.Me, UnixFile.OwnerOf(user.Home + "/")];

    /// <summary>
    /// The owner of a folder, or of what it will be made in, where that is neither the user nor whoever owns the home folder: root in
    /// a container often has somebody's. Some network file systems give every file to nobody, and let the user write all the same.
    /// </summary>
    private static uint? Foreign(string folder, uint?[] owners)
    {
        string? there = folder;
        while (there is not null && !Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there);
        }

        return there is null || UnixFile.OwnerOf(there) is not { } owner || owners.Contains(owner) || (owners[0] != 0 && UnixFile.IsWritable(there)) ? null : owner;
    }
}
