using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Tests.Trusting;

/// <summary>A trust store in memory, which can be told to fail.</summary>
internal sealed class FakeStore(StoreKind kind, string id) : ITrustStore
{
    private static int s_working;

    private readonly List<byte[]> _roots = [];

    public StoreKind Kind => kind;

    public string Id => id;

    public string Title => $"store {id}";

    public bool MayChange { get; init; } = true;

    internal TrustFault Fault { get; set; }

    /// <summary>What a removal alone fails with.</summary>
    internal TrustFault RemoveFault { get; set; }

    /// <summary>How many roots it holds.</summary>
    internal int Count => _roots.Count;

    /// <summary>Runs before each change.</summary>
    internal Action? Changing { get; set; }

    internal StoreState? Answer { get; set; }

    internal int Changes { get; private set; }

    /// <summary>The most stores that were ever at work at the same moment.</summary>
    internal static int MostAtOnce { get; set; }

    public StoreStatus Probe(X509Certificate2? root)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref s_working));
        Thread.Yield();
        Interlocked.Decrement(ref s_working);
        bool holds = root is not null && Holds(root);
        return new(Answer ?? (holds ? StoreState.Trusted : StoreState.Missing), holds ? "it is there" : "it is not there") { Fault = Fault, Places = holds ? [Id] : [] };
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) =>
        found.State == StoreState.Trusted ? [] : [new($"put it into {Id}", $"put {pemFile} {Id}")];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) =>
        found.Places.Count == 0 ? [] : [new($"take it out of {Id}", $"take {Id}")];

    public StoreResult Install(X509Certificate2 root) => Change(root, holds: true, () => _roots.Add(root.RawData));

    public StoreResult Remove(X509Certificate2 root) => Change(root, holds: false, () => _roots.RemoveAll(r => r.AsSpan().SequenceEqual(root.RawDataMemory.Span)));

    internal bool Holds(X509Certificate2 root) => _roots.Exists(r => r.AsSpan().SequenceEqual(root.RawDataMemory.Span));

    private StoreResult Change(X509Certificate2 root, bool holds, Action change)
    {
        TrustFault fault = Fault != TrustFault.None ? Fault : holds ? TrustFault.None : RemoveFault;
        if (fault != TrustFault.None)
        {
            return new(StoreOutcome.Failed, $"it said {fault}") { Fault = fault, Hints = ["mend it"] };
        }

        if (Holds(root) == holds)
        {
            return new(StoreOutcome.Already, "as asked");
        }

        Changes++;
        Changing?.Invoke();
        change();
        return new(StoreOutcome.Done, "seen");
    }
}
