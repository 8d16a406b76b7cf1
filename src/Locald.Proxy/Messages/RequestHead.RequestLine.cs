namespace Locald.Proxy.Messages;

internal sealed partial class RequestHead
{
    /// <summary>method SP request-target SP HTTP-version, RFC 9112 §3.</summary>
    private HeadFault ParseRequestLine(ReadOnlySpan<byte> line, out Slice authority)
    {
        authority = default;
        int first = line.IndexOf((byte)' '), last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last == first)
        {
            return HeadFault.StartLine;
        }

        if (!Grammar.IsToken(line[..first]))
        {
            return HeadFault.Method;
        }

        MethodSlice = new(0, first);
        IsHead = Method.SequenceEqual("HEAD"u8);
        ReadOnlySpan<byte> version = line[(last + 1)..];
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || version[6] != '.' || version[5] - '0' is < 0 or > 9 || version[7] - '0' is < 0 or > 9)
        {
            return HeadFault.Version;
        }

        if (version[5] != '1')
        {
            return HeadFault.VersionNotSupported;
        }

        IsHttp10 = version[7] == '0';
        ReadOnlySpan<byte> target = line[(first + 1)..last];
        if (target.Length > Limits.Target)
        {
            return HeadFault.TargetTooLong;
        }

        if (target.Length == 0 || !Grammar.IsVisible(target) || target.Contains((byte)'#'))
        {
            return HeadFault.Target;
        }

        return ParseTarget(target, first + 1, out authority);
    }

    private HeadFault ParseTarget(ReadOnlySpan<byte> target, int at, out Slice authority)
    {
        authority = default;
        if (target[0] == '/')
        {
            TargetSlice = new(at, target.Length);
            return HeadFault.None;
        }

        if (target.SequenceEqual("*"u8))
        {
            TargetSlice = new(at, 1);
            return Method.SequenceEqual("OPTIONS"u8) ? HeadFault.None : HeadFault.Target;
        }

        if (Method.SequenceEqual("CONNECT"u8))
        {
            return HeadFault.MethodNotAllowed;
        }

        // absolute-form, RFC 9112 §3.2.2: what it says of the host counts, and Host must say the same.
        int scheme = target.Length > 8 && FieldNames.Is(target[..8], "https://"u8) ? 8
            : target.Length > 7 && FieldNames.Is(target[..7], "http://"u8) ? 7 : 0;
        if (scheme == 0)
        {
            return HeadFault.Target;
        }

        ReadOnlySpan<byte> rest = target[scheme..];
        int end = rest.IndexOfAny((byte)'/', (byte)'?');
        authority = new(at + scheme, end < 0 ? rest.Length : end);
        if (authority.Length == 0 || authority.Of(_bytes).Contains((byte)'@'))
        {
            return HeadFault.Target;
        }

        if (end < 0)
        {
            // The scheme's own slash stands for the missing path; for OPTIONS an absent path means the server (RFC 9112 §3.2.4).
            _bytes[at] = Method.SequenceEqual("OPTIONS"u8) ? (byte)'*' : (byte)'/';
            TargetSlice = new(at, 1);
        }
        else if (rest[end] == '?')
        {
            // "http://host?query" has an empty path and becomes "/?query". The scheme gives the room: the authority moves forward by one.
            _bytes.AsSpan(at + scheme, end).CopyTo(_bytes.AsSpan(at + scheme - 1));
            authority = authority with { Start = authority.Start - 1 };
            int slash = at + scheme + end - 1;
            _bytes[slash] = (byte)'/';
            TargetSlice = new(slash, rest.Length - end + 1);
        }
        else
        {
            TargetSlice = new(at + scheme + end, rest.Length - end);
        }

        return HeadFault.None;
    }
}
