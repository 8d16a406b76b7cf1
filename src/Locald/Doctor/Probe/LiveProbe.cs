using Locald.Certificates;
using Locald.Proxy.Listening;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Doctor.Probe;

/// <summary>
/// The proof: a leaf made just now, served on a loopback port, and each family of clients that is here asked to verify it. What a store
/// says of itself is other checks' business; here its clients speak. Nothing is left behind, and nothing but what PATH names is run.
/// </summary>
internal static class LiveProbe
{
    /// <param name="session">Whose root, and whose clients.</param>
    /// <param name="stores">What each store was just seen to say.</param>
    /// <param name="stop">Ends the waiting; without it each client has a limit of its own.</param>
    /// <returns>A check per client that is here; none where there is no root that could be used, of which another check tells.</returns>
    internal static async Task<IReadOnlyList<Check>> RunAsync(Session session, IReadOnlyList<StoreReport> stores,
        CancellationToken stop = default)
    {
        string? folder = null;
        try
        {
            using CertManager? authority = Authority.OpenExisting(session);
            if (authority is null)
            {
                return [];
            }

            NativeStart.PrepareChains();
            folder = Directory.CreateTempSubdirectory("locald-probe-").FullName;
            await using ProbeServer server = ProbeServer.Start(authority, folder);
            return await AskAllAsync(session, server, stores, stop);
        }
        catch (RootException)
        {
            return [];
        }
        catch (Exception error) when (error is ListenException or IOException or UnauthorizedAccessException)
        {
            return [new("probe", Severity.Info, $"no client could be asked: {error.Message.TrimEnd('.')}")];
        }
        finally
        {
            if (folder is not null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<IReadOnlyList<Check>> AskAllAsync(Session session, ProbeServer server,
        IReadOnlyList<StoreReport> stores, CancellationToken stop)
    {
        bool systemTrusts = stores.Any(s => s.Store.Kind == StoreKind.System && s.Before.State == StoreState.Trusted);
        Task<Check?> system = SystemProbe.RunAsync(session, server.Target, systemTrusts, stop);
        (ClientProgram Client, string? Path)[] here = [.. ClientPrograms.All.Select(client => (client, ClientSearch.Find(client, session))).Where(found => found.Item2 is not null)];
        foreach ((ClientProgram client, _) in here)
        {
            if (client.Source is { } source)
            {
                await File.WriteAllTextAsync(Path.Combine(server.Target.SourceFolder, source.Name), source.Text, stop);
            }
        }

        Task<Check[]> clients = Task.WhenAll(here.Select(found => new ClientProbe(found.Client, found.Path!, session, server.Target).RunAsync(systemTrusts, stop)));
        Check?[] verifiers = await AtOnce.EachAsync(stores, s => StoreProbe.Run(s, server.Leaf, server.Target.Name));
        return [.. new[] { await system }.Concat(verifiers).OfType<Check>(), .. await clients];
    }
}
