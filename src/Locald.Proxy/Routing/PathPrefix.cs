namespace Locald.Proxy.Routing;

/// <summary>Compares a route's prefix with a raw request path.</summary>
internal static class PathPrefix
{
    /// <summary>
    /// How many bytes of the path the prefix takes, or -1 where it does not fit: <c>/api</c> fits <c>/api</c>, <c>/api/x</c> and
    /// <c>/%61pi/x</c>, but not <c>/apix</c> and not <c>/api%2Fx</c>.
    /// </summary>
    internal static int Match(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> path)
    {
        int at = 0;
        foreach (byte expected in prefix)
        {
            if (at >= path.Length)
            {
                return -1;
            }

            int found = path[at];
            int width = 1;
            if (found == '%' && UriText.Encoded(path, at) is >= 0 and int encoded)
            {
                (found, width) = (encoded == '/' ? -1 : encoded, 3);
            }

            if (found != expected)
            {
                return -1;
            }

            at += width;
        }

        return prefix.IsEmpty || at == path.Length || path[at] == '/' ? at : -1;
    }
}
