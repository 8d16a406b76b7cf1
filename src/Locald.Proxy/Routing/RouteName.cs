using System.Globalization;
using System.Text;

namespace Locald.Proxy.Routing;

/// <summary>
/// The left side of a route: a name under <c>.localhost</c>, or every name below one, and the path prefix it is limited to.
/// </summary>
public sealed record RouteName
{
    /// <summary>The name of locald's own page; no route may take it.</summary>
    public const string Reserved = "locald.localhost";

    private const int MaxHostLength = 253;
    private const string Example = "app=3000";

    private RouteName(string host, bool isWildcard, string prefix)
    {
        (Host, IsWildcard, Prefix) = (host, isWildcard, prefix);
        HostBytes = Encoding.ASCII.GetBytes(isWildcard ? "." + host : host);
        PrefixBytes = Encoding.ASCII.GetBytes(prefix);
    }

    /// <summary>Lower case, with <c>.localhost</c>, without the <c>*.</c>.</summary>
    public string Host { get; }

    /// <summary>Whether every name below <see cref="Host"/> is meant, at any depth, and not the name itself.</summary>
    public bool IsWildcard { get; }

    /// <summary>Empty for the whole name, else begins with a slash and does not end with one.</summary>
    public string Prefix { get; }

    internal byte[] HostBytes { get; }

    internal byte[] PrefixBytes { get; }

    internal static RouteName BuiltIn { get; } = new(Reserved, false, "");

    /// <summary>
    /// Reads <c>app</c>, <c>app.localhost</c>, <c>*.app</c>, <c>app/api</c>, <c>localhost</c>; <c>*</c> and <c>*.localhost</c>
    /// are every name. Upper case is folded, a final dot and a final slash are dropped.
    /// </summary>
    /// <exception cref="RouteFormatException">Not such a name, or locald's own.</exception>
    public static RouteName Parse(string text)
    {
        int slash = text.IndexOf('/');
        string host = (slash < 0 ? text : text[..slash]).ToLowerInvariant();
        if (text.Contains("://", StringComparison.Ordinal))
        {
            throw Wrong(text, "a name has no scheme");
        }

        if (host.Contains(':'))
        {
            throw Wrong(text, "a name has no port; locald's own port is chosen with --https");
        }

        bool wildcard = host == "*" || host.StartsWith("*.", StringComparison.Ordinal);
        host = Qualified(wildcard ? host[Math.Min(2, host.Length)..] : host, wildcard);
        CheckHost(text, host);
        if (host == Reserved && !wildcard)
        {
            throw Wrong(text, $"{Reserved} is locald's own page");
        }

        return new(host, wildcard, slash < 0 ? "" : Prefixed(text, text[slash..]));
    }

    public bool Equals(RouteName? other) =>
        other is not null && Host == other.Host && IsWildcard == other.IsWildcard && Prefix == other.Prefix;

    public override int GetHashCode() => HashCode.Combine(Host, IsWildcard, Prefix);

    /// <summary>As <c>*.app.localhost/api</c>.</summary>
    public override string ToString() => (IsWildcard ? "*." : "") + Host + Prefix;

    /// <summary>The address to open, as <c>https://app.localhost:8443/api</c>; the default port is left out.</summary>
    public string Url(int port) => $"https://{(IsWildcard ? "*." : "")}{Host}{(port == 443 ? "" : $":{port}")}{(Prefix.Length == 0 ? "/" : Prefix)}";

    private static string Qualified(string host, bool wildcard)
    {
        string bare = host.EndsWith('.') ? host[..^1] : host;
        if (bare.Length == 0)
        {
            return wildcard ? "localhost" : "";
        }

        return bare == "localhost" || bare.EndsWith(".localhost", StringComparison.Ordinal) ? bare : bare + ".localhost";
    }

    /// <summary>Letters, digits, hyphens: RFC 1123 §2.1, and the length limits of RFC 1035 §2.3.4.</summary>
    private static void CheckHost(string text, string host)
    {
        if (host.Length == 0)
        {
            throw Wrong(text, "the name is missing");
        }

        if (host.Length > MaxHostLength)
        {
            throw Wrong(text, $"a name has at most {MaxHostLength} characters, .localhost included");
        }

        if (!Ascii.IsValid(host))
        {
            throw Wrong(text, "a name beyond ASCII is written in its xn-- form", Mended(host));
        }

        foreach (string label in host.Split('.'))
        {
            if (label.Length is 0 or > HostLabel.MaxLength)
            {
                throw Wrong(text, $"between two dots stand 1 to {HostLabel.MaxLength} characters");
            }

            if (label.StartsWith('-') || label.EndsWith('-') || !label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            {
                throw label.Contains('*')
                    ? Wrong(text, "a star stands alone, at the start", "*.app=3000")
                    : Wrong(text, "a name is made of letters, digits and inner hyphens", Mended(host));
            }
        }

        // 127.0.0.1.localhost is never what was meant.
        if (char.IsAsciiDigit(host[0]) && host.Split('.') is { Length: 5 } parts && parts[..4].All(p => p.All(char.IsAsciiDigit)))
        {
            throw Wrong(text, "an address is not a name; the route for localhost answers for addresses too", "localhost=3000");
        }
    }

    /// <summary>A route with the name that was meant, as far as that can be told.</summary>
    private static string Mended(string host)
    {
        string bare = host.EndsWith(".localhost", StringComparison.Ordinal) ? host[..^".localhost".Length] : host;
        string? name = (Ascii.IsValid(bare) ? null : Punycode(bare)) ?? HostLabel.MendAll(bare);
        return name is null or "locald" ? Example : $"{name}=3000";
    }

    /// <summary>RFC 3492, which the runtime has of its own; null where DNS has no way to write the name.</summary>
    private static string? Punycode(string name)
    {
        try
        {
            return new IdnMapping { UseStd3AsciiRules = true }.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Prefixed(string text, string path)
    {
        string prefix = path.EndsWith('/') ? path[..^1] : path;
        if (prefix.Length == 0)
        {
            return "";
        }

        foreach (string segment in prefix[1..].Split('/'))
        {
            if (segment is "" or "." or "..")
            {
                throw Wrong(text, "a path prefix has no empty and no dot segments", "app/api=3000");
            }

            if (!segment.All(UriText.IsPathCharacter))
            {
                throw Wrong(text, "a path prefix is plain text: letters, digits and -._~!$&'()*+,;=:@", "app/api=3000");
            }
        }

        return prefix;
    }

    private static RouteFormatException Wrong(string text, string why, string example = Example) =>
        new($"'{text}' is not a name to serve: {why}", example);
}
