using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Trust.Linux;

namespace Locald.Trust.Policy;

/// <summary>
/// Firefox's <c>policies.json</c> (https://mozilla.github.io/policy-templates/#certificates--install): a list of files, which it imports
/// into every profile at its next start. What it imported stays there when the policy goes; the profiles' own stores take it out.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="path">The file that is in force.</param>
internal sealed class FirefoxPolicyStore(LinuxMachine machine, string path) : PolicyStore(machine, path, "Firefox")
{
    /// <summary>Where an administrator puts it. Where it exists, the one beside the program is not looked at.</summary>
    internal const string SystemPath = "/etc/firefox/policies/policies.json";

    private PolicyFile Policies => new(Machine.At(Location), "policies", "Certificates", "Install");

    protected override string When => "at Firefox's next start";

    protected override string File(X509Certificate2? root) => Location;

    protected override string? PlaceOf(X509Certificate2 root)
    {
        foreach (string file in Policies.Read())
        {
            if (Holds(file, root))
            {
                return Location;
            }
        }

        return null;
    }

    protected override IEnumerable<(byte[] Der, string Place)> Ours() =>
        Policies.Read().Where(f => Path.GetFileName(f).StartsWith("locald-", StringComparison.Ordinal)).SelectMany(f => Read(f).Select(der => (der, f)));

    protected override void Put(X509Certificate2 root)
    {
        Policies.Read();
        PublicFile.Write(Machine.At(Pem(root)), Encoding.ASCII.GetBytes(root.ExportCertificatePem() + "\n"));
        Policies.Change(Pem(root), add: true);
    }

    protected override void Take(X509Certificate2 root)
    {
        foreach (string file in Policies.Read().Where(f => Holds(f, root)))
        {
            Policies.Change(file, add: false);
        }

        System.IO.File.Delete(Machine.At(Pem(root)));
        if (Location == SystemPath)
        {
            Prune(Path.GetDirectoryName(Location)!, Path.GetDirectoryName(Path.GetDirectoryName(Location))!);
        }
    }

    private string Pem(X509Certificate2 root) => $"{Path.GetDirectoryName(Location)}/{Tag(root)}.pem";

    private bool Holds(string file, X509Certificate2 root) => Read(file).Any(der => root.RawDataMemory.Span.SequenceEqual(der));

    private IReadOnlyList<byte[]> Read(string file)
    {
        try
        {
            return file.StartsWith('/') && new FileInfo(Machine.At(file)) is { Exists: true, Length: <= 1 << 20 }
                ? PemFile.Parse(System.IO.File.ReadAllBytes(Machine.At(file))).Certificates : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
