using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>Finds every NSS database that a browser of this user reads on Linux, and those that one will read and that have to be made.</summary>
public static class NssDatabases
{
    /// <summary>One user's, each real folder once, in the same order in every run.</summary>
    public static IReadOnlyList<NssDatabase> Find(TrustContext context, LinuxMachine machine)
    {
        if (UserFolders.Of(context) is not { } user || !Directory.Exists(user.Home))
        {
            return [];
        }

        MozillaProfiles mozilla = new(machine);
        HashSet<string> seen = [];
        IEnumerable<NssDatabase> fresh = FreshFirefox.Find(user, machine) is { } firefox ? [firefox] : [];
        return [.. new ChromiumDatabases(machine).Of(user).Concat(fresh).Concat(MozillaBrowser.All.SelectMany(b => mozilla.Of(b, user))).Where(d => RealPath.Of(d.Folder) is { } real && seen.Add(real))];
    }
}
