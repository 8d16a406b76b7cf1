using Locald.Certificates;
using Locald.Control;

namespace Locald.Hosts;

/// <summary>Which names a hosts file may get from us: those under <c>.localhost</c>, and no other, whoever asks.</summary>
internal static class HostNames
{
    private const string Scope = ".localhost";

    /// <summary>A name as it was typed, in full: <c>app</c> and <c>app.localhost.</c> are <c>app.localhost</c>.</summary>
    /// <exception cref="UserError">Exit code 2: it is not a name under .localhost, or it is <c>localhost</c> itself, which every system has.</exception>
    internal static string Parse(string word)
    {
        // A trailing dot is DNS' own way to say that a name is whole.
        string typed = word;
        word = word.EndsWith('.') ? word[..^1] : word;
        string name = ServerName.ToAscii(word.EndsWith(Scope, StringComparison.OrdinalIgnoreCase) ? word : word + Scope);
        Span<char> lower = stackalloc char[Math.Max(253, name.Length)];
        return !word.Equals("localhost", StringComparison.OrdinalIgnoreCase) && ServerName.Parse(name, lower, out int length) == NameFault.None ? new(lower[..length])
            : throw new UserError("hosts", $"'{typed}' is no name under .localhost", ExitCode.Usage, "locald hosts --apply app");
    }

    /// <summary>Whether a line of a hosts file may be ours: a whole name under .localhost, in the form in which it is written.</summary>
    internal static bool IsOurs(string name)
    {
        Span<char> lower = stackalloc char[253];
        return name.Length <= lower.Length && name.EndsWith(Scope, StringComparison.Ordinal) && ServerName.Parse(name, lower, out int length) == NameFault.None && lower[..length].SequenceEqual(name);
    }

    /// <summary>What a running instance serves, in the order of the alphabet; and the wildcards among it, for which a hosts file has no form.</summary>
    internal static (IReadOnlyList<string> Names, IReadOnlyList<string> Wildcards) Of(InstanceStatus running)
    {
        // https://app.localhost:8443/api
        string[] hosts = [.. running.Routes.Select(r => r.Url.Split("://")[^1].Split('/')[0].Split(':')[0]).Distinct().Order(StringComparer.Ordinal)];
        return ([.. hosts.Where(h => !h.Contains('*') && h.EndsWith(Scope, StringComparison.Ordinal))], [.. hosts.Where(h => h.Contains('*'))]);
    }
}
