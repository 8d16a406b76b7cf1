namespace Locald.Trusting;

/// <summary>What a rotation did, or would.</summary>
/// <param name="Added">What became of the new root in each store that trusted the old one.</param>
/// <param name="Removed">What became of the roots that went: the old one; where the rotation was called off, the new one in stores that keep it.</param>
/// <param name="Replaced">Whether the new root is the root now.</param>
internal sealed record RotationReport(IReadOnlyList<StoreReport> Added, IReadOnlyList<StoreReport> Removed, bool Replaced)
{
    /// <summary>What kept the new root from its place, where it was no store.</summary>
    internal Exception? Obstacle { get; init; }

    internal ExitCode Code => Added.Concat(Removed).Select(r => r.Code).DefaultIfEmpty(ExitCode.Done).Max();
}
