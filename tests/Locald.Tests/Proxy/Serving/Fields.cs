namespace Locald.Tests.Proxy.Serving;

/// <summary>Fields of a head in text.</summary>
internal static class Fields
{
    /// <summary>The value of each line of that name, in their order.</summary>
    public static string[] Of(string head, string name) =>
        [.. head.Split("\r\n").Skip(1).Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 1)..].Trim())];
}
