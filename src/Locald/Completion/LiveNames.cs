using Locald.Control;

namespace Locald.Completion;

/// <summary>What the running instance serves, for completion: where it cannot be asked there is nothing.</summary>
internal static class LiveNames
{
    /// <summary>Its routes' names, as <c>app.localhost/api</c>.</summary>
    internal static async Task<IEnumerable<Candidate>> RoutesAsync(Session session)
    {
        try
        {
            return (await RunningInstance.Ask(session))?.Routes.Where(r => !r.IsBuiltIn).Select(r => new Candidate(r.Name, r.Target)) ?? [];
        }
        catch (UserError)
        {
            return [];
        }
    }

    /// <summary>The same without paths.</summary>
    internal static async Task<IEnumerable<Candidate>> HostsAsync(Session session) =>
        (await RoutesAsync(session)).Select(c => new Candidate(c.Text.Split('/')[0])).Distinct();
}
