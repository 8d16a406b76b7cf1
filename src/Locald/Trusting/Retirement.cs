using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>Takes roots that are not in use (any more) out of stores, and forgets those that every store there is gave up.</summary>
/// <param name="files">The roots' files.</param>
/// <param name="removal">How a store is changed.</param>
internal sealed class Retirement(RootRotation files, StoreChange removal)
{
    /// <param name="stores">The stores that may hold them.</param>
    /// <param name="roots">The roots.</param>
    /// <param name="forget">Whether a root that all these stores gave up is forgotten: they are all stores, and this is no dry run.</param>
    /// <returns>A report for each store that held one of them, or that could not be changed.</returns>
    internal async Task<IReadOnlyList<StoreReport>> RunAsync(IReadOnlyList<ITrustStore> stores, IEnumerable<X509Certificate2> roots, bool forget)
    {
        List<StoreReport> told = [];
        foreach (X509Certificate2 root in roots)
        {
            IReadOnlyList<StoreReport> reports = await removal.RunAsync(stores, root, files.NextPemPath);

            // That there are two of ours is known.
            told.AddRange(reports.Where(r => r.Plan.Count > 0 || r.Failed).Select(r => r with { Before = r.Before with { Strays = [] } }));
            if (forget && !reports.Any(r => r.Failed))
            {
                files.Forget(root);
            }
        }

        return told;
    }
}
