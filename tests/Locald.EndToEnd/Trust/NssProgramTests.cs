using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>The program that opens databases starts where systems are strict, and where it cannot, what helps is named.</summary>
public sealed class NssProgramTests
{
    /// <summary>Refuses memfd_create (319 on x64, 279 on arm64) to a program and its children, as a container's filter may.</summary>
    private const string WithoutMemoryFiles = """
        import ctypes, os, platform, struct, sys
        number = 279 if platform.machine() == 'aarch64' else 319
        lines = struct.pack('HBBI' * 4, 0x20, 0, 0, 0, 0x15, 0, 1, number, 0x06, 0, 0, 0x00050000 | 1, 0x06, 0, 0, 0x7fff0000)
        buffer = ctypes.create_string_buffer(lines)
        program = struct.pack('HxxxxxxQ', 4, ctypes.addressof(buffer))
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        assert libc.prctl(22, 2, ctypes.c_char_p(program)) == 0, ctypes.get_errno()
        os.execv(sys.argv[1], sys.argv[1:])
        """;

    [Theory(Timeout = 60_000)]
    [InlineData("mount -t tmpfs tmpfs /proc", "", "")]
    [InlineData("mount -t tmpfs tmpfs /proc", "", "/nowhere")]
    [InlineData("", "filter", "")]
    [InlineData("", "filter", "/nowhere")]
    [InlineData("mount --bind /tmp /tmp; mount -o remount,bind,noexec /tmp", "filter", "")]
    public async Task It_starts_without_memory_files_and_leaves_none_behind(string setup, string how, string temporary)
    {
        await using Sandbox sandbox = await WithLocaldAsync(setup);
        if (temporary.Length > 0)
        {
            sandbox.Variables["TMPDIR"] = temporary;
        }

        ProcessResult trust = await TrustAsync(sandbox, how);
        Assert.Contains("  TRUSTED  NSS 3.", trust.ShouldExit(0).Out);
        Assert.DoesNotContain("locald-nss-", (await sandbox.ShellAsync("ls -A /tmp /var/tmp /dev/shm")).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_starts_where_memory_files_are_no_programs()
    {
        await using Sandbox sandbox = await WithLocaldAsync("");
        ProcessResult trust = await sandbox.RunAsync("unshare", ["--pid", "--fork", "--mount-proc", "sh", "-c",
            "echo 1 > /proc/sys/vm/memfd_noexec; exec /root/locald trust --store nss"]);
        Assert.Contains("  TRUSTED  NSS 3.", trust.ShouldExit(0).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_nothing_starts_the_package_with_certutil_is_named()
    {
        await using Sandbox sandbox = await WithLocaldAsync("for f in /tmp /var/tmp /dev/shm; do mount --bind $f $f; mount -o remount,bind,noexec $f; done");
        ProcessResult trust = (await TrustAsync(sandbox, "filter")).ShouldExit(1);
        Assert.Contains("the program that opens it did not start: ", trust.Error);
        Assert.Contains("apt-get install -y libnss3-tools", trust.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ID=fedora", "dnf install -y nss")]
    [InlineData("ID=debian", "apt-get update && apt-get install -y libnss3")]
    public async Task In_a_root_without_the_library_its_package_is_named(string release, string command)
    {
        await using Sandbox sandbox = new();
        ProcessResult trust = await TrustInRootAsync(sandbox, "/root", "/root", release);
        Assert.Contains("libnss3, which opens it, is not installed", trust.Error);
        Assert.Contains($"  try: {command}\n", trust.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/", "/")]
    [InlineData("/root", "")]
    public async Task A_container_whose_home_is_the_root_folder_or_known_to_passwd_alone_has_browsers_too(string home, string variable)
    {
        await using Sandbox sandbox = new();
        ProcessResult trust = await TrustInRootAsync(sandbox, home, variable, "ID=debian");
        Assert.Contains("(~/.pki/nssdb): libnss3, which opens it, is not installed", trust.Error);
        Assert.True(File.Exists(sandbox.At($"root{home.TrimEnd('/')}/.local/share/locald/ca/root.pem")));
    }

    /// <summary>Trusts in a root that holds locald, a database and nothing to open it with. The home is what /etc/passwd says, the variable what HOME says.</summary>
    private static async Task<ProcessResult> TrustInRootAsync(Sandbox sandbox, string home, string variable, string release)
    {
        string root = sandbox.At("root");
        sandbox.Write("root/etc/os-release", release + "\n");
        sandbox.Write("root/etc/passwd", $"root:x:0:0:root:{home}:/bin/sh\n");
        sandbox.Write($"root{home.TrimEnd('/')}/.pki/nssdb/cert9.db", "not looked into");
        File.Copy(LocaldBinary.Path, Path.Combine(root, "locald"));
        sandbox.Variables["HOME"] = variable;
        sandbox.Variables.Remove("LOCALD_HOME");
        return (await sandbox.RunAsync("chroot", [root, "/locald", "trust", "--store", "nss"])).ShouldExit(1);
    }

    /// <summary>A system without certutil, with one database, and with locald where no mount of a test hides it.</summary>
    private static async Task<Sandbox> WithLocaldAsync(string setup)
    {
        Sandbox sandbox = await Sandbox.WithPrivateAsync([], $"""
            exec 9<{LocaldBinary.Path}
            mount -t tmpfs tmpfs /root
            cat <&9 >/root/locald
            chmod 755 /root/locald
            exec 9<&-
            mkdir -p /root/.pki/nssdb
            mount --bind /dev/null /usr/bin/certutil
            {setup}
            """);
        sandbox.Variables["HOME"] = "/root";
        sandbox.Variables["LOCALD_HOME"] = "/root/state";
        return sandbox;
    }

    private static Task<ProcessResult> TrustAsync(Sandbox sandbox, string how)
    {
        string[] line = ["/root/locald", "trust", "--store", "nss"];
        return how.Length == 0 ? sandbox.RunAsync(line[0], line[1..]) : sandbox.RunAsync("python3", ["-c", WithoutMemoryFiles, .. line]);
    }
}
