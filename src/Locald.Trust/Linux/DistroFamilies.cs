namespace Locald.Trust.Linux;

/// <summary>The families we know, and which of them a machine belongs to.</summary>
public static class DistroFamilies
{
    private const string ShareFolder = "/usr/local/share/ca-certificates";
    private const string Certs = "/etc/ssl/certs";
    private const string CertsBundle = $"{Certs}/ca-certificates.crt";

    private static readonly ToolCall s_updateCaCertificates = new("update-ca-certificates");

    public static IReadOnlyList<DistroFamily> All { get; } =
    [
        new("RHEL/Fedora", ["fedora", "rhel", "centos", "almalinux", "rocky", "ol", "amzn", "azurelinux", "mariner"],
            "/etc/pki/ca-trust/source/anchors", ".pem",
            [new("update-ca-trust", "extract")],
            ["/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/certs/ca-bundle.crt"],
            [new("dnf", "install", "-y", "ca-certificates"), new("microdnf", "install", "-y", "ca-certificates"),
                new("tdnf", "install", "-y", "ca-certificates"), new("yum", "install", "-y", "ca-certificates")]),
        new("Debian/Ubuntu", ["debian", "ubuntu"],
            ShareFolder, ".crt", [s_updateCaCertificates], [CertsBundle],
            [new("apt-get", "install", "-y", "ca-certificates")])
        {
            LinkFolder = Certs,
            Leftover = $"{CertsBundle}.new",
        },
        new("Alpine", ["alpine", "postmarketos", "wolfi", "chainguard"],
            ShareFolder, ".crt", [s_updateCaCertificates], [CertsBundle, "/etc/ssl/cert.pem"],
            [new("apk", "add", "ca-certificates")])
        {
            LinkFolder = Certs,
        },
        new("Gentoo", ["gentoo"],
            ShareFolder, ".crt", [s_updateCaCertificates], [CertsBundle],
            [new("emerge", "app-misc/ca-certificates")])
        {
            LinkFolder = Certs,
            Leftover = $"{CertsBundle}.new",
        },
        new("Void", ["void"],
            ShareFolder, ".crt", [s_updateCaCertificates], [CertsBundle],
            [new("xbps-install", "-Sy", "ca-certificates")])
        {
            LinkFolder = Certs,
            Leftover = $"{CertsBundle}.new",
        },
        new("Arch", ["arch", "manjaro", "endeavouros", "cachyos", "steamos"],
            "/etc/ca-certificates/trust-source/anchors", ".crt",
            [new("update-ca-trust"), new("trust", "extract-compat")],
            ["/etc/ca-certificates/extracted/tls-ca-bundle.pem", CertsBundle],
            [new("pacman", "-Sy", "--noconfirm", "ca-certificates")]),

        // /usr/share/pki/trust/anchors, which other tools use, is for packages, and read-only on MicroOS.
        new("openSUSE", ["suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles", "sled"],
            "/etc/pki/trust/anchors", ".pem", [s_updateCaCertificates],
            ["/var/lib/ca-certificates/ca-bundle.pem", "/etc/ssl/ca-bundle.pem"],
            [new("zypper", "--non-interactive", "install", "ca-certificates")]),
    ];

    /// <summary>
    /// The family whose folder and tool are both there: a stray folder alone (left by a package, or copied from another machine)
    /// means nothing. Several may fit, as <c>update-ca-certificates</c> is the name of three different programs: then os-release
    /// decides, then whose bundle exists, then the table's order. Where the folder alone is missing, as an administrator may
    /// delete it, os-release must name the family. Null where none fits.
    /// </summary>
    public static DistroFamily? Find(LinuxMachine machine, OsRelease release) =>
        All.Where(f => Tool(machine, f) is not null)
            .Where(f => Directory.Exists(machine.At(f.Folder)) || release.Nearness(f.Ids) is not null)
            .OrderBy(f => release.Nearness(f.Ids) ?? int.MaxValue)
            .ThenBy(f => Array.Exists(f.Bundles, b => File.Exists(machine.At(b))) ? 0 : 1)
            .FirstOrDefault();

    /// <summary>The family that os-release names, whatever is installed; null where it names none we know.</summary>
    public static DistroFamily? Named(OsRelease release) =>
        All.Where(f => release.Nearness(f.Ids) is not null).MinBy(f => release.Nearness(f.Ids));

    /// <summary>The refresh tool to call, its name resolved to a path; null where none of the family's is installed.</summary>
    public static ToolCall? Tool(LinuxMachine machine, DistroFamily family)
    {
        foreach (ToolCall call in family.Refresh)
        {
            if (machine.FindTool(call.Name) is { } path)
            {
                return call with { Name = path };
            }
        }

        return null;
    }

    /// <summary>The shell command that installs the package with the family's refresh tool.</summary>
    public static string PackageCommand(LinuxMachine machine, DistroFamily family)
    {
        ToolCall manager = Array.Find(family.Packages, p => machine.FindTool(p.Name) is not null) ?? family.Packages[0];

        // Slim images carry no package lists.
        return manager.Name == "apt-get" ? $"{machine.AsRoot("apt-get update")} && {machine.AsRoot(manager.ToString())}" : machine.AsRoot(manager.ToString());
    }
}
