using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Systems;

/// <summary>
/// Root folders in which arm64's programs run, on any processor: the kernel hands them to qemu, in a user namespace that was told so.
/// The machine itself learns nothing (binfmt_misc has a state for each user namespace since Linux 6.7).
/// </summary>
public sealed class Arm64Machine : IAsyncDisposable
{
    /// <summary>What the system's trust store is made with, and what opens NSS databases. Unpacked and not configured: that takes no program of theirs.</summary>
    private const string Packages = "base-files,dash,coreutils,sed,grep,findutils,debianutils,ca-certificates,openssl,libnss3";

    private const string Chroot = """
        set -e
        formats=/proc/sys/fs/binfmt_misc
        magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
        mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
        if [ "$(uname -m)" = aarch64 ]; then
            :
        elif mount -t binfmt_misc binfmt_misc $formats 2>/dev/null; then
            printf '%s' ":qemu-aarch64:M::$magic:$mask:$(command -v qemu-aarch64-static):F" > $formats/register
        elif ! grep -qx enabled $formats/qemu-aarch64; then
            echo "this kernel has no binfmt_misc for one namespace alone, and the machine's own does not know arm64: systemctl restart systemd-binfmt" >&2
            exit 1
        fi
        exec chroot "$@"
        """;

    private readonly Task<string> _debian = MakeAsync();

    /// <summary>The absolute path of Debian 11's root, whose C library is older than what is linked with. Not to be written to: tests lay private copies over its folders.</summary>
    public Task<string> Debian => _debian;

    /// <summary>Runs a program of a root, to its end.</summary>
    public static async Task<ProcessResult> RunAsync(Sandbox sandbox, string root, params string[] line)
    {
        await using ChildProcess child = Start(sandbox, root, line);
        child.CloseInput();
        return await child.EndAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>Starts a program of a root.</summary>
    public static ChildProcess Start(Sandbox sandbox, string root, params string[] line) =>
        sandbox.Start("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", Chroot, "sh", root, .. line]);

    public async ValueTask DisposeAsync() => await ((Task)_debian).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static async Task<string> MakeAsync()
    {
        string root = Path.Combine(Assets.Cache("roots"), $"bullseye-arm64-{Packages.Replace(',', '+')}");
        if (Directory.Exists(root))
        {
            return root;
        }

        // The release's own packages are enough, and its updates are not kept for every processor.
        string script = $"""
            rm -rf {root}.new
            mmdebstrap --quiet --variant=extract --architectures=arm64 --include={Packages} --setup-hook='sed -i /security/d "$1/etc/apt/sources.list"' bullseye {root}.new
            mkdir -p {root}.new/usr/local/bin {root}.new/usr/local/share/ca-certificates
            touch {root}.new/etc/ca-certificates.conf
            mv {root}.new {root}
            """;
        await using ChildProcess make = ChildProcess.Start("sh", ["-e", "-c", script], Sandbox.Scrubbed);
        make.CloseInput();
        (await make.EndAsync(TimeSpan.FromMinutes(5))).ShouldExit(0);
        return root;
    }
}
