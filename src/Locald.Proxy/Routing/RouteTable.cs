using System.Buffers;

namespace Locald.Proxy.Routing;

/// <summary>
/// Every route of one moment. Immutable: a change makes a new table, and the server swaps the whole. A look-up allocates nothing.
/// </summary>
/// <remarks>
/// A request fits a route if the name fits and the path begins with the prefix at a segment's end. Of those that fit, an exact name
/// wins over a wildcard, a longer wildcard over a shorter, and for one name the longer prefix over the shorter.
/// </remarks>
public sealed class RouteTable
{
    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789."u8);
    private static readonly Route BuiltIn = new(RouteName.BuiltIn, new BuiltInTarget());

    private readonly NameIndex _exact;
    private readonly NameIndex _wildcards;

    private RouteTable(IReadOnlyList<Route> routes)
    {
        Routes = routes;
        _exact = new(routes.Where(r => !r.Name.IsWildcard).Prepend(BuiltIn));
        _wildcards = new(routes.Where(r => r.Name.IsWildcard));
    }

    /// <summary>Serves the built-in page alone.</summary>
    public static RouteTable Empty { get; } = new([]);

    /// <summary>In the order in which they were given, the built-in page not among them.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <exception cref="RouteFormatException">Two routes have one name and prefix.</exception>
    public static RouteTable Create(IEnumerable<Route> routes)
    {
        Route[] all = [.. routes];
        Dictionary<RouteName, Route> seen = [];
        foreach (Route route in all)
        {
            if (!seen.TryAdd(route.Name, route))
            {
                throw new RouteFormatException(
                    $"{route.Name} is routed twice, to {seen[route.Name].Target} and to {route.Target}", "app=3000 app/api=4000");
            }
        }

        return new(all);
    }

    /// <summary>Finds the route of a request.</summary>
    /// <param name="host">Lower case, without port and without a final dot; an IPv6 address with or without brackets.</param>
    /// <param name="path">
    /// The request's path as it came, without query. Percent-encoded characters match what they stand for (RFC 3986 §6.2.2.2),
    /// except an encoded slash, which separates nothing.
    /// </param>
    public RouteMatch Find(ReadOnlySpan<byte> host, ReadOnlySpan<byte> path)
    {
        bool nameKnown = false;
        if (_exact.Find(host) is { } exact)
        {
            if (Choose(exact, path) is { } match)
            {
                return match;
            }

            nameKnown = true;
        }
        else if (IsThisMachine(host))
        {
            return FindLocalhost(path);
        }

        // From the left, dot by dot: the longest wildcard comes first.
        for (int dot = _wildcards.IsEmpty ? -1 : host.IndexOf((byte)'.'); dot >= 0;)
        {
            ReadOnlySpan<byte> suffix = host[dot..];
            if (dot > 0 && _wildcards.Find(suffix) is { } below)
            {
                if (Choose(below, path) is { } match)
                {
                    return match;
                }

                nameKnown = true;
            }

            int next = suffix[1..].IndexOf((byte)'.');
            dot = next < 0 ? -1 : dot + 1 + next;
        }

        return new(nameKnown ? RouteOutcome.NoSuchPath : RouteOutcome.NoSuchName, null, 0);
    }

    /// <summary>An address, or bare localhost without a route of its own, is a newcomer's first try: the built-in page answers.</summary>
    private RouteMatch FindLocalhost(ReadOnlySpan<byte> path)
    {
        if (_exact.Find("localhost"u8) is not { } routes)
        {
            return new(RouteOutcome.Found, BuiltIn, 0);
        }

        return Choose(routes, path) ?? new(RouteOutcome.NoSuchPath, null, 0);
    }

    /// <summary>The first of a name's routes whose prefix fits; they are sorted, longest prefix first.</summary>
    private static RouteMatch? Choose(Route[] routes, ReadOnlySpan<byte> path)
    {
        bool decides = routes is not [{ Name.Prefix: "" }] || routes[0].Target is UpstreamTarget { Path: not null };
        if (decides && UriText.HasDotSegment(path))
        {
            return new(RouteOutcome.AmbiguousPath, null, 0);
        }

        foreach (Route route in routes)
        {
            int length = PathPrefix.Match(route.Name.PrefixBytes, path);
            if (length >= 0)
            {
                return new(RouteOutcome.Found, route, length);
            }
        }

        return null;
    }

    private static bool IsThisMachine(ReadOnlySpan<byte> host)
    {
        if (host.SequenceEqual("localhost"u8) || host.SequenceEqual("[::1]"u8) || host.SequenceEqual("::1"u8))
        {
            return true;
        }

        return host.StartsWith("127."u8) && host.Count((byte)'.') == 3 && !host.ContainsAnyExcept(AddressBytes);
    }
}
