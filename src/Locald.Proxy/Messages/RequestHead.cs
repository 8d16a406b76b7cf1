using System.Buffers;
using System.Text;

namespace Locald.Proxy.Messages;

/// <summary>
/// A request's head, parsed and validated: what leaves it is regenerated from these parts. It keeps its own copy of the bytes, since
/// the body may move the connection's buffer while the head is still needed for the response, the log or a second try.
/// </summary>
internal sealed partial class RequestHead : IDisposable
{
    private byte[] _bytes = [];

    internal FieldSection Fields { get; } = new();

    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal ReadOnlySpan<byte> Method => MethodSlice.Of(_bytes);

    /// <summary>Path and query as they came; <c>*</c> for OPTIONS on the server as a whole.</summary>
    internal ReadOnlySpan<byte> Target => TargetSlice.Of(_bytes);

    /// <summary>The path alone, without its query.</summary>
    internal ReadOnlySpan<byte> Path
    {
        get
        {
            ReadOnlySpan<byte> target = Target;
            int query = target.IndexOf((byte)'?');
            return query < 0 ? target : target[..query];
        }
    }

    /// <summary>Host and port as the client wrote them; empty where HTTP/1.0 sent none.</summary>
    internal ReadOnlySpan<byte> Authority => AuthoritySlice.Of(_bytes);

    /// <summary>The port alone; empty where none was written.</summary>
    internal ReadOnlySpan<byte> Port
    {
        get
        {
            ReadOnlySpan<byte> authority = Authority;
            int colon = authority.LastIndexOf((byte)':');
            return colon > authority.LastIndexOf((byte)']') ? authority[(colon + 1)..] : [];
        }
    }

    /// <summary>The host in lower case, without port.</summary>
    internal ReadOnlySpan<byte> Host => HostSlice.Of(_bytes);

    internal bool IsHttp10 { get; private set; }

    internal bool IsHead { get; private set; }

    /// <summary>Whether a second try does no harm: safe or idempotent (RFC 9110 §9.2.2), and nothing in it to send again.</summary>
    internal bool IsReplayable { get; private set; }

    /// <summary>Whether the client waits for 100 before it sends its body; HTTP/1.0 knows no such thing (RFC 9110 §10.1.1).</summary>
    internal bool ExpectContinue => Fields.ExpectContinue && !IsHttp10;

    internal BodyKind BodyKind => Fields.Chunked ? BodyKind.Chunked : Fields.ContentLength > 0 ? BodyKind.Length : BodyKind.None;

    internal long ContentLength => Fields.ContentLength;

    /// <summary>Whether the connection may carry another request after this one (RFC 9112 §9.3).</summary>
    internal bool KeepAlive => IsHttp10 ? Fields.ConnectionKeepAlive && !Fields.ConnectionClose : !Fields.ConnectionClose;

    /// <summary>
    /// Whether the client asks to leave HTTP/1.1 for a protocol that is passed through. HTTP/2 in clear text is not: what follows
    /// would bypass every check made here.
    /// </summary>
    internal bool WantsUpgrade
    {
        get
        {
            if (IsHttp10 || !Fields.ConnectionUpgrade || Fields.UpgradeLine < 0)
            {
                return false;
            }

            bool any = false;
            ReadOnlySpan<byte> list = Fields[Fields.UpgradeLine].Value(_bytes);
            while (Grammar.NextListed(ref list, out ReadOnlySpan<byte> protocol))
            {
                any = true;
                int version = protocol.IndexOf((byte)'/');
                ReadOnlySpan<byte> name = version < 0 ? protocol : protocol[..version];
                if (FieldNames.Is(name, "h2c"u8) || FieldNames.Is(name, "h2"u8) || FieldNames.Is(name, "http"u8))
                {
                    return false;
                }
            }

            return any;
        }
    }

    /// <summary>Whether it asks for a WebSocket, and nothing else (RFC 6455 §4.1).</summary>
    internal bool WantsWebSocket => WantsUpgrade && Method.SequenceEqual("GET"u8)
        && FieldNames.Is(Fields[Fields.UpgradeLine].Value(_bytes), "websocket"u8) && Find("sec-websocket-key") is not null;

    private Slice MethodSlice { get; set; }

    private Slice TargetSlice { get; set; }

    private Slice AuthoritySlice { get; set; }

    private Slice HostSlice { get; set; }

    /// <summary>Parses a complete head, its empty line included. What was parsed before a fault can still be read.</summary>
    internal HeadFault Parse(ReadOnlySpan<byte> head)
    {
        Keep(head);
        Clear();
        int lineEnd = head.IndexOf("\r\n"u8);
        HeadFault fault = ParseRequestLine(head[..lineEnd], out Slice absoluteAuthority);
        if (fault != HeadFault.None)
        {
            return fault;
        }

        fault = Fields.Parse(head, lineEnd + 2, head.Length - 2);
        if (fault == HeadFault.None)
        {
            fault = FindHost(absoluteAuthority);
        }

        if (fault == HeadFault.None && Fields.Chunked && IsHttp10)
        {
            fault = HeadFault.TransferEncodingInHttp10;
        }

        if (fault == HeadFault.None)
        {
            ReadOnlySpan<byte> method = Method;
            IsReplayable = BodyKind == BodyKind.None && (method.SequenceEqual("GET"u8) || IsHead || method.SequenceEqual("OPTIONS"u8)
                || method.SequenceEqual("PUT"u8) || method.SequenceEqual("DELETE"u8));
            fault = method.SequenceEqual("CONNECT"u8) || method.SequenceEqual("TRACE"u8) ? HeadFault.MethodNotAllowed
                : Fields.ExpectOther ? HeadFault.Expectation : HeadFault.None;
        }

        return fault;
    }

    /// <summary>The value of the fields of that name (lower case), several lines joined with a comma (RFC 9110 §5.2); null where there is none.</summary>
    internal string? Find(string name) => Fields.Find(name, _bytes);

    /// <summary>Forgets the previous request where there is no next one to parse.</summary>
    internal void Clear()
    {
        (MethodSlice, TargetSlice, AuthoritySlice, HostSlice, IsHttp10, IsHead, IsReplayable) = (default, default, default, default, false, false, false);
        Fields.Parse(default, 0, 0);
    }

    /// <summary>Gives the buffer back while the connection idles.</summary>
    public void Dispose()
    {
        Fields.Dispose();
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private void Keep(ReadOnlySpan<byte> head)
    {
        // Room behind the head for the host in lower case.
        int needed = head.Length + Limits.Authority;
        if (_bytes.Length < needed)
        {
            Dispose();
            _bytes = ArrayPool<byte>.Shared.Rent(needed);
        }

        head.CopyTo(_bytes);
    }

    private HeadFault FindHost(Slice absoluteAuthority)
    {
        Slice field = default;
        if (Fields.HostLine >= 0)
        {
            ref readonly FieldLine line = ref Fields[Fields.HostLine];
            field = new(line.ValueStart, line.ValueLength);
        }
        else if (!IsHttp10)
        {
            return HeadFault.HostMissing;
        }

        if (absoluteAuthority.Length > 0 && Fields.HostLine >= 0 && !FieldNames.Is(absoluteAuthority.Of(_bytes), field.Of(_bytes)))
        {
            return HeadFault.HostAgainstTarget;
        }

        AuthoritySlice = absoluteAuthority.Length > 0 ? absoluteAuthority : field;
        if (AuthoritySlice.Length == 0)
        {
            return Fields.HostLine >= 0 ? HeadFault.Host : HeadFault.None;
        }

        if (!HostSyntax.TryRead(Authority, out int hostLength))
        {
            return HeadFault.Host;
        }

        // "app.localhost." is the same name written as absolute (RFC 1034 §3.1).
        hostLength -= Authority[hostLength - 1] == '.' ? 1 : 0;
        if (hostLength == 0)
        {
            return HeadFault.Host;
        }

        HostSlice = new(_bytes.Length - Limits.Authority, hostLength);
        Ascii.ToLower(Authority[..hostLength], _bytes.AsSpan(HostSlice.Start, hostLength), out _);
        return HeadFault.None;
    }
}
