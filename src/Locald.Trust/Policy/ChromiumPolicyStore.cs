using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Trust.Linux;

namespace Locald.Trust.Policy;

/// <summary>
/// A folder of managed policies of one Chromium: <c>CACertificates</c> is a list of trusted roots, base64 of their DER
/// (https://chromeenterprise.google/policies/#CACertificates). Every file of the folder is read, and of those that set one policy the
/// last by name counts, whole: lists are not merged. So the root goes where the list is that counts, and into a file of our own only
/// where there is none.
/// </summary>
internal sealed class ChromiumPolicyStore(LinuxMachine machine, string browser, string folder) : PolicyStore(machine, folder, browser)
{
    /// <summary>Chromium reads comments, trailing commas and a byte order mark.</summary>
    private const bool Lenient = true;

    private const int MostFiles = 1000;

    /// <summary>Opens a file of ours, and is followed by the folders that were made for it.</summary>
    private const string Made = "/* locald made this file";

    private static readonly string[] s_list = ["CACertificates"];

    public override StoreStatus Probe(X509Certificate2? root)
    {
        IReadOnlyList<PolicyFile> files = Files();
        IReadOnlyList<StrayRoot> strays = [.. files.SelectMany(f => Roots(f).Select(der => OurRoots.AsStray(der, root, f.Path, _ => RemoveCommand(f)))).OfType<StrayRoot>()];
        if (root is null)
        {
            return new(StoreState.Missing, "there is no root yet") { Strays = strays };
        }

        string[] places = [.. files.Where(f => Holds(f, root)).Select(f => f.Path)];
        PolicyFile? counting = files.LastOrDefault(Sets);
        StoreStatus status = counting switch
        {
            null when Own(files) is { Damage: not null } own => Unfit(own),
            null => new(StoreState.Missing, $"no file in {Place} sets CACertificates"),
            { Damage: not null } => Unfit(counting),
            _ when Holds(counting, root) => new(StoreState.Trusted, $"{counting.Path} sets it in CACertificates; a running browser takes it up within seconds"),
            _ when places.Length > 0 => new(StoreState.Broken, $"{counting.Path} counts, and its CACertificates do not hold the root") { Fault = TrustFault.NotInBundle },
            _ => new(StoreState.Missing, $"CACertificates of {counting.Path} does not hold the root"),
        };
        return status with { Places = places, Strays = strays };
    }

    /// <summary>Whether a root of ours is there, whichever.</summary>
    public bool HasOurs() => Files().Any(f => f.Text.AsSpan().StartsWith(PolicyChange.Utf8(Made)) || Roots(f).Any(der => OurRoots.AsStray(der, null, f.Path, _ => []) is not null));

    protected override IReadOnlyList<PolicyChange> Additions(X509Certificate2 root)
    {
        string value = Convert.ToBase64String(root.RawDataMemory.Span);
        if (Files().LastOrDefault(Sets) is { } counting)
        {
            return [new(counting.Path, JsonEdit.Add(counting.Text, Lenient, s_list, value), $"add the root to CACertificates of {counting.Path}")];
        }

        string path = $"{Place}/{OurRoots.FileName(root)}.json";
        string folders = string.Concat(PolicyChange.MissingFolders(Machine, path).Select(f => $", {f}"));
        return [new(path, PolicyChange.Utf8($"{Made}{folders} */\n{{\n  \"CACertificates\": [{JsonEdit.Quote(value)}]\n}}\n"), $"write {path}")];
    }

    protected override IReadOnlyList<PolicyChange> Removals(X509Certificate2 root) =>
        [.. Files().Where(f => Holds(f, root)).Select(f => Removal(f, JsonEdit.Remove(f.Text, Lenient, s_list, item => IsRoot(item, root))))];

    private static PolicyChange Removal(PolicyFile file, byte[] left)
    {
        JsonValue rest = JsonValue.Parse(left, Lenient);
        bool empty = rest.Members.All(m => m.Name == s_list[0] && m.Value.Items.Count == 0);
        return empty && MadeFolders(file) is { } folders ? new(file.Path, null, $"delete {file.Path}") { Folders = folders }
            : new(file.Path, left, $"take the root out of CACertificates of {file.Path}");
    }

    /// <returns>The folders that were made for a file of ours; null where the file is not ours.</returns>
    private static string[]? MadeFolders(PolicyFile file)
    {
        string line = Encoding.UTF8.GetString(file.Text.AsSpan(0, Math.Min(file.Text.Length, 4096))).Split('\n')[0];
        return line.StartsWith(Made, StringComparison.Ordinal)
            ? [.. line[Made.Length..].Replace(" */", "").Split(", ").Where(f => f.Length > 1 && file.Path.StartsWith($"{f}/", StringComparison.Ordinal))] : null;
    }

    /// <summary>All of them, in the order in which a later one outdoes an earlier one.</summary>
    private IReadOnlyList<PolicyFile> Files()
    {
        try
        {
            string here = Machine.At(Place);
            return Directory.Exists(here)
                ? [.. Directory.EnumerateFiles(here).Take(MostFiles).Order(StringComparer.Ordinal).Select(f => Read(Machine.Named(f)))] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private PolicyFile Read(string path)
    {
        PolicyFile file = PolicyFile.Read(Machine, path, Lenient);
        return file.Root is null ? file : file.With(JsonEdit.Obstacle(file.Root, s_list), TrustFault.StoreDamaged, $"vi {ShellWord.Quote(path)}")
            .With(IsReadable(path) ? null : "cannot be read by other users", TrustFault.NotPermitted, $"chmod a+r {ShellWord.Quote(path)}");
    }

    /// <summary>Whether it takes part: what the browsers' users cannot read they pass over.</summary>
    private static bool Sets(PolicyFile file) => file.Root?.Member(s_list[0]) is not null && file.Fault != TrustFault.NotPermitted;

    /// <summary>Our own file, where it is damaged, or not for everybody to read.</summary>
    private static PolicyFile? Own(IEnumerable<PolicyFile> files) =>
        files.FirstOrDefault(f => Path.GetFileName(f.Path).StartsWith(OurRoots.FilePrefix, StringComparison.Ordinal) && f.Damage is not null);

    private static IEnumerable<byte[]> Roots(PolicyFile file) =>
        file is { Root: { } root, Damage: null } ? JsonEdit.Strings(root, s_list).Select(Decode).OfType<byte[]>() : [];

    private static bool Holds(PolicyFile file, X509Certificate2 root) => Roots(file).Any(der => root.RawDataMemory.Span.SequenceEqual(der));

    private static bool IsRoot(string item, X509Certificate2 root) => Decode(item) is { } der && root.RawDataMemory.Span.SequenceEqual(der);

    private static byte[]? Decode(string base64)
    {
        byte[] der = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, der, out int length) ? der[..length] : null;
    }

    private string[] RemoveCommand(PolicyFile file) =>
        MadeFolders(file) is not null && Roots(file).Count() == 1 ? [Machine.AsRoot($"rm {ShellWord.Quote(file.Path)}")] : [Machine.AsRoot($"vi {ShellWord.Quote(file.Path)}")];
}
