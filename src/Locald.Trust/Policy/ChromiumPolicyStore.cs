using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Policy;

/// <summary>
/// The managed policies of a browser of Chromium's family (https://chromeenterprise.google/policies/#CACertificates): every JSON file of
/// a folder. Lists of several files are not joined, so that where one sets the list already, ours goes into that.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="folder">The folder.</param>
/// <param name="browser">Whose it is.</param>
internal sealed class ChromiumPolicyStore(LinuxMachine machine, string folder, string browser) : PolicyStore(machine, folder, browser)
{
    private const string List = "CACertificates";

    protected override string When => "within seconds";

    protected override string File(X509Certificate2? root) => root is null ? $"{Location}/locald.json" : $"{Location}/{Tag(root)}.json";

    protected override string? PlaceOf(X509Certificate2 root)
    {
        string der = Convert.ToBase64String(root.RawDataMemory.Span);
        return Files().FirstOrDefault(f => Policy(f).Read().Contains(der));
    }

    protected override IEnumerable<(byte[] Der, string Place)> Ours()
    {
        foreach (string file in Files())
        {
            foreach (string text in Policy(file).Read())
            {
                byte[] der = new byte[text.Length];
                if (Convert.TryFromBase64String(text, der, out int length))
                {
                    yield return (der[..length], file);
                }
            }
        }
    }

    protected override void Put(X509Certificate2 root) =>
        Policy(Files().FirstOrDefault(f => Policy(f).Read().Count > 0) ?? File(root)).Change(Convert.ToBase64String(root.RawDataMemory.Span), add: true);

    protected override void Take(X509Certificate2 root)
    {
        string der = Convert.ToBase64String(root.RawDataMemory.Span);
        foreach (string file in Files().Where(f => Policy(f).Read().Contains(der)).ToList())
        {
            Policy(file).Change(der, add: false);
        }

        Prune(Location, Path.GetDirectoryName(Location)!, Path.GetDirectoryName(Path.GetDirectoryName(Location))!);
    }

    private PolicyFile Policy(string file) => new(Machine.At(file), List);

    private IEnumerable<string> Files()
    {
        string place = Machine.At(Location);
        return Directory.Exists(place) ? Directory.GetFiles(place, "*.json").Order(StringComparer.Ordinal).Select(Machine.Named) : [];
    }
}
