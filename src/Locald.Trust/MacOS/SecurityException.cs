namespace Locald.Trust.MacOS;

/// <summary>A call of Security.framework that did not succeed.</summary>
internal sealed class SecurityException(string what, SecurityError error) : Exception($"{what}: {error.Meaning} ({error.Name})")
{
    internal SecurityError Error { get; } = error;

    /// <summary>The one place where a status becomes an exception.</summary>
    /// <param name="status">What the call returned.</param>
    /// <param name="what">What was tried, as the beginning of a sentence.</param>
    /// <param name="fine">Statuses that are as good as success here.</param>
    internal static void Check(int status, string what, params ReadOnlySpan<int> fine)
    {
        if (status != 0 && !fine.Contains(status))
        {
            throw new SecurityException(what, SecurityError.Of(status));
        }
    }
}
