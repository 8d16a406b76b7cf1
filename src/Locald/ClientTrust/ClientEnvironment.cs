using Locald.Certificates;

namespace Locald.ClientTrust;

/// <summary>Every variable that makes a client trust the root.</summary>
/// <param name="Variables">Names and values, in the order in which they are printed.</param>
/// <param name="HasSystemRoots">Whether the bundle holds other roots than ours.</param>
internal sealed record ClientEnvironment(IReadOnlyList<(string Name, string Value)> Variables, bool HasSystemRoots)
{
    /// <summary>Makes the bundle afresh that most of them name.</summary>
    /// <exception cref="UserError">A source of the bundle cannot be read.</exception>
    internal static ClientEnvironment Of(Session session, CertManager certificates)
    {
        RootBundle bundle = RootBundle.Plan(Authority.Folder(session), session.Variable, session.SystemBundle());
        bundle.Refresh([certificates.Root], certificates.WriteBeside);
        return new(
            [.. ClientVariable.All.Select(c => (c.Name, c.Value(session.Variable(c.Name), certificates.RootPemPath, bundle.Path)))],
            bundle.Sources.Count > 0 || OperatingSystem.IsWindows());
    }
}
