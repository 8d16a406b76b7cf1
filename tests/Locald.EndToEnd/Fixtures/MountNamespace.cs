namespace Locald.EndToEnd.Fixtures;

/// <summary>
/// A mount namespace in which some folders are private copies, so that a test may change trust stores, /etc/hosts or dpkg's
/// trigger queue and leave the machine as it was. It lives as long as its holder process, which ends with the test's pipe.
/// The network is the machine's own.
/// </summary>
public sealed class MountNamespace : IAsyncDisposable
{
    /// <summary>What putting a root into the system's stores writes to, on Debian with its Java hook.</summary>
    public static readonly string[] TrustFolders = ["/etc", "/usr/local/share/ca-certificates", "/var/lib/ca-certificates-java", "/var/lib/dpkg"];

    private readonly ChildProcess _holder;

    private MountNamespace(ChildProcess holder) => _holder = holder;

    /// <summary>Makes the namespace and private copies of the folders that exist among those named.</summary>
    /// <param name="folders">Absolute paths.</param>
    /// <param name="setup">Shell lines that run in it before it is handed out: mounts, an /etc/hosts line.</param>
    public static async Task<MountNamespace> CreateAsync(IEnumerable<string> folders, string setup = "")
    {
        Assert.True(Environment.IsPrivilegedProcess, "a private mount namespace needs root: run ./build.sh test as root");
        string script = $$"""
            set -e
            work=$(mktemp -d)
            mount -t tmpfs tmpfs "$work"
            for folder in {{string.Join(' ', folders)}}; do
                [ -d "$folder" ] || continue
                mkdir -p "$work$folder"
                cp -a "$folder/." "$work$folder"
                mount --bind "$work$folder" "$folder"
            done
            # The copies stay reachable through their bind mounts alone.
            umount -l "$work"
            rmdir "$work"
            {{setup}}
            echo ready
            exec cat
            """;
        ChildProcess holder = ChildProcess.Start("unshare", ["--mount", "--propagation", "private", "sh", "-c", script], Sandbox.Scrubbed);
        try
        {
            await holder.UntilAsync(() => holder.Out.Contains("ready\n"), "the mount namespace", TimeSpan.FromSeconds(30));
            return new(holder);
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    /// <summary>The command line that runs a program in this namespace, in a folder.</summary>
    public (string Program, string[] Arguments) Enter(string program, IEnumerable<string> arguments, string? folder) =>
        ("nsenter", [$"--mount=/proc/{_holder.Id}/ns/mnt", "--", "env", "-C", folder ?? "/", program, .. arguments]);

    public ValueTask DisposeAsync() => _holder.DisposeAsync();
}
