using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>A user's home folder with databases of NSS, looked at by certutil and find.</summary>
internal sealed class NssHome(Sandbox sandbox)
{
    /// <summary>Makes an empty database without a password, as a browser does.</summary>
    internal async Task<string> DatabaseAsync(string name)
    {
        string folder = Path.Combine(sandbox.Variables["HOME"], name);
        (await sandbox.ShellAsync($"mkdir -p '{folder}' && certutil -N -d 'sql:{folder}' --empty-password")).ShouldExit(0);
        return folder;
    }

    internal Task<ProcessResult> TrustAsync() => sandbox.LocaldAsync("trust", "--store", "nss");

    /// <summary>Each database of the home, relative to it, with how many roots of ours it holds; nothing half-made beside it.</summary>
    internal async Task<string[]> RootsAsync()
    {
        ProcessResult found = await sandbox.ShellAsync("""
            cd "$HOME"
            find . -name '*.locald-new*'
            find . -name cert9.db | sort | while read -r file; do
                echo "${file%/cert9.db} $(certutil -L -d "sql:${file%/cert9.db}" | grep -c '^locald CA')"
            done
            """);
        return found.ShouldExit(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Every database holds the root once, and at least so many are there.</summary>
    internal async Task ShouldHoldOneRootEachAsync(int least)
    {
        string[] found = await RootsAsync();
        Assert.True(found.Length >= least, string.Join('\n', found));
        Assert.All(found, line => Assert.EndsWith(" 1", line));
    }
}
