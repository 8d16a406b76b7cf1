namespace Locald.Proxy.Routing;

/// <summary>Names in ordinal order, each with its routes, longest prefix first. One name costs one comparison.</summary>
internal sealed class NameIndex
{
    private readonly byte[][] _names;
    private readonly Route[][] _routes;

    internal NameIndex(IEnumerable<Route> routes)
    {
        IGrouping<string, Route>[] groups = [.. routes.GroupBy(r => r.Name.Host).OrderBy(g => g.Key, StringComparer.Ordinal)];
        _names = [.. groups.Select(g => g.First().Name.HostBytes)];
        _routes = [.. groups.Select(g => g.OrderByDescending(r => r.Name.Prefix.Length).ToArray())];
    }

    internal bool IsEmpty => _names.Length == 0;

    /// <summary>The name's routes, or null.</summary>
    internal Route[]? Find(ReadOnlySpan<byte> name)
    {
        (int low, int high) = (0, _names.Length - 1);
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = name.SequenceCompareTo(_names[middle]);
            if (order == 0)
            {
                return _routes[middle];
            }

            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return null;
    }
}
