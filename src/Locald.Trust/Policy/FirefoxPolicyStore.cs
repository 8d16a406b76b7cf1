using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Policy;

/// <summary>
/// A <c>policies.json</c> of Firefox: <c>policies.Certificates.Install</c> names certificate files, which Firefox imports into every
/// profile when it starts (https://mozilla.github.io/policy-templates/#certificates--install). They stay in the profiles when the
/// policy goes: those are stores of their own.
/// </summary>
internal sealed class FirefoxPolicyStore(LinuxMachine machine, string path)
    : PolicyStore(machine, path, path == SystemPath ? "Firefox" : $"Firefox in {Path.GetDirectoryName(Path.GetDirectoryName(path))}")
{
    /// <summary>Wins over a file beside the program, which is then not read (seen with Firefox ESR 153).</summary>
    internal const string SystemPath = "/etc/firefox/policies/policies.json";

    /// <summary>Firefox parses strictly: no comments, no byte order mark. Of two members of one name the last counts.</summary>
    private const bool Lenient = false;

    private const int LargestCertificate = 1 << 20;

    /// <summary>A member beside "policies" is none of Firefox's concern; ours says that we made the file, and which folders to it.</summary>
    private static readonly string[] s_made = ["locald", "made"];

    private static readonly string[] s_install = ["policies", "Certificates", "Install"];

    private string Folder { get; } = Path.GetDirectoryName(path)!;

    public override StoreStatus Probe(X509Certificate2? root)
    {
        PolicyFile file = Read();
        if (file.Damage is not null)
        {
            return Unfit(file);
        }

        IReadOnlyList<StrayRoot> strays = [.. Entries(file).SelectMany(e => Certificates(e).Select(der => OurRoots.AsStray(der, root, e,
            c => [Machine.AsRoot($"rm {ShellWord.Quote(e)}")]))).OfType<StrayRoot>()];
        if (root is null)
        {
            return new(StoreState.Missing, "there is no root yet") { Strays = strays };
        }

        string[] naming = [.. Entries(file).Where(e => IsOf(e, root))];
        StoreStatus status = naming.FirstOrDefault(e => Holds(e, root)) switch
        {
            null when naming.Length > 0 => new(StoreState.Broken, $"{Place} names {naming[0]}, which does not exist") { Fault = TrustFault.NotInBundle },
            null => new(StoreState.Missing, file.Root is null ? $"{Place} does not exist" : $"{Place} does not name the root"),
            { } entry when !IsReadable(entry) => new(StoreState.Broken, $"{entry} cannot be read by other users")
            {
                Fault = TrustFault.NotPermitted,
                Hints = [Machine.AsRoot($"chmod a+r {ShellWord.Quote(entry)}")],
            },
            { } entry => new(StoreState.Trusted, $"Firefox imports {entry} into its profiles at its next start; untrust takes it out there, too"),
        };
        return status with { Places = naming.Length == 0 ? [] : [Place, .. naming], Strays = strays };
    }

    /// <summary>Whether a root of ours is named there, whichever.</summary>
    public bool HasOurs() => Entries(Read()).Any(e => Path.GetFileName(e).StartsWith(OurRoots.FilePrefix, StringComparison.Ordinal)
        || Certificates(e).Any(der => OurRoots.AsStray(der, null, e, _ => []) is not null));

    protected override IReadOnlyList<PolicyChange> Additions(X509Certificate2 root)
    {
        PolicyFile file = Read();
        string pem = PathFor(root);
        List<PolicyChange> changes = [];
        if (!Holds(pem, root))
        {
            changes.Add(new(pem, PolicyChange.Utf8(root.ExportCertificatePem() + "\n"), $"write {pem}") { IsRoot = true });
        }

        string what = $"name it in policies.Certificates.Install of {Place}";
        if (file.Root is null)
        {
            changes.Add(new(Place, NewFile(pem), what));
        }
        else if (!Entries(file).Contains(pem))
        {
            changes.Add(new(Place, JsonEdit.Add(file.Text, Lenient, s_install, pem), what));
        }

        return changes;
    }

    protected override IReadOnlyList<PolicyChange> Removals(X509Certificate2 root)
    {
        PolicyFile file = Read();
        string[] naming = [.. Entries(file).Where(e => IsOf(e, root))];

        // The certificates first: a name of a file that is not there is passed over by Firefox.
        List<PolicyChange> changes = [.. naming.Where(e => IsOurs(e) && File.Exists(Machine.At(e))).Select(e => new PolicyChange(e, null, $"delete {e}"))];
        byte[] left = JsonEdit.Remove(file.Text, Lenient, s_install, naming.Contains);
        JsonValue rest = JsonValue.Parse(left, Lenient);
        bool made = rest.Member(s_made[0]) is not null;
        bool empty = rest.Members.All(m => m.Name == s_made[0] || (m.Name == s_install[0] && m.Value is { IsObject: true, Members.Count: 0 }));
        if (made && empty)
        {
            changes.Add(new(Place, null, $"delete {Place}") { Folders = [.. JsonEdit.Strings(rest, s_made).Where(f => Place.StartsWith($"{f}/", StringComparison.Ordinal))] });
        }
        else
        {
            changes.Add(new(Place, left, $"take the root out of policies.Certificates.Install of {Place}"));
        }

        return changes;
    }

    private PolicyFile Read()
    {
        PolicyFile file = PolicyFile.Read(Machine, Place, Lenient);
        return file.Root is null ? file : file.With(JsonEdit.Obstacle(file.Root, s_install), TrustFault.StoreDamaged, $"vi {ShellWord.Quote(Place)}")
            .With(IsReadable(Place) ? null : "cannot be read by other users", TrustFault.NotPermitted, $"chmod a+r {ShellWord.Quote(Place)}");
    }

    /// <summary>A name without a folder is looked for in folders of Mozilla's; ours never is one.</summary>
    private static IEnumerable<string> Entries(PolicyFile file) =>
        file is { Root: { } root, Damage: null } ? JsonEdit.Strings(root, s_install).Where(e => e.StartsWith('/')) : [];

    private string PathFor(X509Certificate2 root) => $"{Folder}/{OurRoots.FileName(root)}.pem";

    private bool IsOurs(string entry) => entry.StartsWith($"{Folder}/{OurRoots.FilePrefix}", StringComparison.Ordinal);

    /// <summary>Whether an entry is the root's: by its bytes, or by our own name for it where the file is gone.</summary>
    private bool IsOf(string entry, X509Certificate2 root) => entry == PathFor(root) || Holds(entry, root);

    private bool Holds(string entry, X509Certificate2 root) => Certificates(entry).Any(der => root.RawDataMemory.Span.SequenceEqual(der));

    /// <summary>What a named file holds, PEM or DER; nothing where it cannot be read.</summary>
    private IReadOnlyList<byte[]> Certificates(string entry)
    {
        try
        {
            if (new FileInfo(Machine.At(entry)) is not { Exists: true, Length: <= LargestCertificate } file)
            {
                return [];
            }

            byte[] bytes = File.ReadAllBytes(file.FullName);
            return bytes is [0x30, ..] ? [bytes] : PemFile.Parse(bytes).Certificates;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private byte[] NewFile(string pem)
    {
        IReadOnlyList<string> folders = PolicyChange.MissingFolders(Machine, Place);
        return PolicyChange.Utf8($$"""
            {
              "policies": {
                "Certificates": {
                  "Install": [{{JsonEdit.Quote(pem)}}]
                }
              },
              "locald": {
                "made": [{{string.Join(", ", folders.Select(JsonEdit.Quote))}}]
              }
            }

            """);
    }
}
