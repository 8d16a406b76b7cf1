using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Linux;

/// <summary>Finds roots of ours that are not the current one.</summary>
internal static class StrayRoots
{
    public static IReadOnlyList<StrayRoot> In(IEnumerable<Anchor> anchors, X509Certificate2? current, Func<Anchor, string[]> remove) =>
        [.. anchors.Where(a => a.Certificates.Count == 1)
            .Select(a => OurRoots.AsStray(a.Certificates[0], current, a.Path, _ => remove(a))).OfType<StrayRoot>()];
}
