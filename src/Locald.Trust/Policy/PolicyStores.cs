using Locald.Trust.Linux;
using Locald.Trust.Nss;

namespace Locald.Trust.Policy;

/// <summary>The policy files of the browsers of a machine.</summary>
internal static class PolicyStores
{
    /// <summary>Those of every browser that is installed, where they are wanted; else those that hold something of ours.</summary>
    internal static IReadOnlyList<ITrustStore> Find(TrustContext context, LinuxMachine machine)
    {
        List<ITrustStore> found = [];
        if ((FirefoxIsHere(machine) && context.WithPolicies) || HasOurs(machine, Path.GetDirectoryName(InForce(machine))!, "*.pem"))
        {
            found.Add(new FirefoxPolicyStore(machine, InForce(machine)));
        }

        foreach (ChromiumBrowser browser in ChromiumBrowser.All)
        {
            if ((context.WithPolicies && browser.Executables.Any(e => machine.FindTool(e) is not null)) || HasOurs(machine, browser.PolicyFolder, "*.json"))
            {
                found.Add(new ChromiumPolicyStore(machine, browser.PolicyFolder, browser.Name));
            }
        }

        return found;
    }

    /// <returns>Null where the id is not that of a policy which browsers of ours read: an elevated process writes nowhere else.</returns>
    internal static ITrustStore? FromId(string id, LinuxMachine machine)
    {
        string path = id.StartsWith(PolicyStore.IdPrefix, StringComparison.Ordinal) ? id[PolicyStore.IdPrefix.Length..] : "";
        return path == InForce(machine) || path == FirefoxPolicyStore.SystemPath ? new FirefoxPolicyStore(machine, path)
            : ChromiumBrowser.All.FirstOrDefault(b => b.PolicyFolder == path) is { } browser ? new ChromiumPolicyStore(machine, path, browser.Name)
            : null;
    }

    private static IEnumerable<string> Programs(LinuxMachine machine) => MozillaBrowser.All[0].ProgramFolders.Where(f => File.Exists(machine.At($"{f}/libnss3.so")));

    private static bool FirefoxIsHere(LinuxMachine machine) => Programs(machine).Any() || File.Exists(machine.At("/snap/bin/firefox"));

    /// <summary>An /etc file hides the one beside the program: what that one says would be lost by making ours.</summary>
    private static string InForce(LinuxMachine machine) => File.Exists(machine.At(FirefoxPolicyStore.SystemPath)) ? FirefoxPolicyStore.SystemPath
        : Programs(machine).Select(f => $"{f}/distribution/policies.json").FirstOrDefault(f => File.Exists(machine.At(f))) ?? FirefoxPolicyStore.SystemPath;

    private static bool HasOurs(LinuxMachine machine, string folder, string pattern) =>
        Directory.Exists(machine.At(folder)) && Directory.EnumerateFiles(machine.At(folder), $"locald-{pattern}").Any();
}
