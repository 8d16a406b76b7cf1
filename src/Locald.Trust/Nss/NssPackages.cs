using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>What brings the means to open a database, on each distribution. Facts only.</summary>
/// <param name="Ids">The distributions' ids in os-release.</param>
/// <param name="Install">The command that installs packages.</param>
/// <param name="Library">The package with libnss3.</param>
/// <param name="Tools">The package with certutil.</param>
internal sealed record NssPackages(string[] Ids, string Install, string Library, string Tools)
{
    /// <summary>On musl the helper program cannot start, so that only certutil helps.</summary>
    private static readonly NssPackages[] s_all =
    [
        new(["debian", "ubuntu"], "apt-get install -y", "libnss3", "libnss3-tools"),
        new(["fedora", "rhel", "centos", "almalinux", "rocky", "ol", "amzn", "azurelinux"], "dnf install -y", "nss", "nss-tools"),
        new(["alpine", "postmarketos", "wolfi", "chainguard"], "apk add", "nss-tools", "nss-tools"),
        new(["arch", "manjaro", "endeavouros", "cachyos", "steamos"], "pacman -S --noconfirm", "nss", "nss"),
        new(["suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles", "sled"], "zypper --non-interactive install", "mozilla-nss", "mozilla-nss-tools"),
        new(["void"], "xbps-install -Sy", "nss", "nss"),
        new(["gentoo"], "emerge", "dev-libs/nss", "dev-libs/nss"),
        new(["nixos"], "nix-env -iA", "nixos.nssTools", "nixos.nssTools"),
    ];

    /// <summary>The command to type on this machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="withTools">Whether libnss3 alone does not do.</param>
    internal static string Command(LinuxMachine machine, bool withTools)
    {
        OsRelease release = OsRelease.Read(machine);
        NssPackages packages = Array.Find(s_all, p => release.Nearness(p.Ids) == 0) ?? Array.Find(s_all, p => release.Nearness(p.Ids) is not null) ?? s_all[0];
        string install = machine.AsRoot($"{packages.Install} {(withTools ? packages.Tools : packages.Library)}");

        // Slim images carry no package lists.
        return packages == s_all[0] ? $"{machine.AsRoot("apt-get update")} && {install}" : install;
    }
}
