using Locald.Control;

namespace Locald.Completion;

/// <summary>The names that the running instance serves, for completion: where it cannot be asked there are none.</summary>
internal static class LiveNames
{
    internal static async Task<IEnumerable<Candidate>> FindAsync(Session session)
    {
        try
        {
            InstanceStatus? running = await RunningInstance.Ask(session);
            return running is null ? [] : running.Routes.Select(r => new Candidate(NameOf(r.Url), r.Target));
        }
        catch (UserError)
        {
            return [];
        }
    }

    /// <summary>The name and path of <c>https://app.localhost:8443/api</c>, as it is typed: <c>app.localhost/api</c>.</summary>
    private static string NameOf(string url)
    {
        string rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        int slash = rest.IndexOf('/');
        string authority = slash < 0 ? rest : rest[..slash];
        return authority.Split(':')[0] + (slash < 0 ? "" : rest[slash..].TrimEnd('/'));
    }
}
