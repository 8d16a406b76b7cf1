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
        return [.. new ChromiumDatabases(machine).Of(user).Concat(fresh).Concat(MozillaBrowser.All.SelectMany(b => mozilla.Of(b, user))).Where(d => seen.Add(RealPath(d.Folder)))];
    }

    /// <summary>The path with every link in it resolved, as far as it exists; itself where links lead in a circle.</summary>
    private static string RealPath(string path)
    {
        // A folder deep in a home has a link anywhere above it: ~/snap/chromium/current is one.
        string real = "";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = $"{real}/{part}";
            try
            {
                real = Directory.ResolveLinkTarget(real, returnFinalTarget: true)?.FullName ?? real;
            }
            catch (IOException)
            {
                return path;
            }
        }

        return real;
    }
}
