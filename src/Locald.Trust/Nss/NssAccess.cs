using System.Runtime.Versioning;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// Chooses with what a database is opened: a browser's own libnss3 where it has one, else the system's, else certutil. The oldest
/// NSS that reads a database should write it (<see cref="NssDatabase.LibraryFolders"/>): for a Firefox profile that is its own, for
/// Chrome's database, which Chrome reads with the newer one inside it, the system's.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class NssAccess(LinuxMachine machine, NssProgram program, UserIdentity? runAs)
{
    private readonly string? _system = NssLibraries.OfSystem(machine);
    private readonly string? _certutil = machine.FindTool("certutil");

    /// <summary>Asks by the best way there is; the next is tried only where the way itself failed, not where the database did.</summary>
    internal NssAnswer Ask(string verb, NssDatabase database, ReadOnlyMemory<byte> certificate, string name)
    {
        NssAnswer? failed = null;
        foreach (string library in Libraries(database))
        {
            NssAnswer answer = program.Ask(new(library, database.Folder, verb, certificate, name, runAs, database.Companions));
            if (!answer.IsOfProgram)
            {
                return answer;
            }

            failed ??= answer;
        }

        return verb != "verify" && _certutil is not null ? new Certutil(machine, _certutil, runAs).Ask(verb, database, certificate, name)
            : failed ?? NssAnswer.NotStarted("libnss3 is not installed");
    }

    /// <summary>Who reads a database, for a person: "NSS 3.87.1", "certutil".</summary>
    internal static string Reader(NssAnswer answer) => answer.Version is { } version ? $"NSS {version}" : "certutil";

    /// <summary>What to do where no way leads to the database.</summary>
    internal NssFault Missing(NssAnswer answer)
    {
        OsRelease release = OsRelease.Read(machine);
        (string[] Ids, string Command) package = s_packages.FirstOrDefault(p => release.Nearness(p.Ids) is not null, s_packages[0]);
        return new(TrustFault.PackageMissing, $"it cannot be opened: {answer.Message}", machine.AsRoot(package.Command), "locald trust --policy");
    }

    /// <summary>What brings the library, or where the helper cannot run (musl), certutil.</summary>
    private static readonly (string[] Ids, string Command)[] s_packages =
    [
        (["debian", "ubuntu"], "apt-get install -y libnss3"),
        (["fedora", "rhel", "centos", "amzn"], "dnf install -y nss"),
        (["alpine", "postmarketos"], "apk add nss-tools"),
        (["arch", "manjaro"], "pacman -S --noconfirm nss"),
        (["suse", "opensuse", "sles"], "zypper --non-interactive install mozilla-nss"),
        (["void"], "xbps-install -Sy nss"),
        (["gentoo"], "emerge dev-libs/nss"),
        (["nixos"], "nix-env -iA nixos.nss"),
    ];

    private IEnumerable<string> Libraries(NssDatabase database)
    {
        if (NssLibraries.In(database.LibraryFolders) is { } own)
        {
            yield return own;
        }

        if (_system is not null)
        {
            yield return _system;
        }
    }
}
