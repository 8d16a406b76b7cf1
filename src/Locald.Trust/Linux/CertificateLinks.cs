namespace Locald.Trust.Linux;

/// <summary>
/// The links that Debian's and Alpine's tools make for each anchor in /etc/ssl/certs: <c>locald-….pem</c> to the anchor, and
/// <c>1a2b3c4d.0</c> to that link. After the anchor's removal the tools leave them behind, dangling.
/// </summary>
internal sealed class CertificateLinks
{
    private readonly LinuxMachine _machine;

    private CertificateLinks(LinuxMachine machine, IReadOnlyList<string> direct, IReadOnlyList<string> all) =>
        (_machine, Direct, All) = (machine, direct, all);

    /// <summary>Links to an anchor itself, as the system calls them.</summary>
    public IReadOnlyList<string> Direct { get; }

    /// <summary>Those, and the links to those.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Finds the links to these anchors, whether the anchors still exist or not.</summary>
    public static CertificateLinks To(LinuxMachine machine, DistroFamily family, IReadOnlyCollection<string> anchors)
    {
        if (family.LinkFolder is not { } folder || !Directory.Exists(machine.At(folder)) || anchors.Count == 0)
        {
            return new(machine, [], []);
        }

        Dictionary<string, string> targets = [];
        foreach (FileInfo file in new DirectoryInfo(machine.At(folder)).EnumerateFiles())
        {
            if (file.LinkTarget is { } target)
            {
                targets[$"{folder}/{file.Name}"] = machine.Named(target.StartsWith('/') ? target : $"{folder}/{target}");
            }
        }

        List<string> direct = [.. targets.Where(l => anchors.Contains(l.Value)).Select(l => l.Key).Order(StringComparer.Ordinal)];
        return new(machine, direct, [.. direct, .. targets.Where(l => direct.Contains(l.Value)).Select(l => l.Key).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Deletes the links whose anchor is gone; a link that the tool has turned to something else stays.</summary>
    /// <exception cref="IOException">A link could not be deleted.</exception>
    public void DeleteDangling()
    {
        // The hash links hang on the others, so that one round after the other leaves none.
        foreach (string link in All.Select(_machine.At))
        {
            if (new FileInfo(link).LinkTarget is not null && File.ResolveLinkTarget(link, returnFinalTarget: true) is not { Exists: true })
            {
                File.Delete(link);
            }
        }
    }
}
