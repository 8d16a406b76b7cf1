namespace Locald.Trust.Nss;

/// <summary>A section of an ini file.</summary>
/// <param name="Name">What stands in brackets.</param>
/// <param name="Values">By name, whatever its case; of two the last.</param>
internal sealed record IniSection(string Name, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>A value; null where there is none, or an empty one.</summary>
    internal string? this[string name] => Values.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    internal bool IsNamed(string prefix) => Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
