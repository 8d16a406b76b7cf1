using Locald.Proxy.Http2.Hpack;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

/// <summary>
/// Turns a request's field section into the text of an HTTP/1.1 head, which is then parsed and held to the same rules as any other
/// (<see cref="RequestHead"/>). Everything that could mean something else in that text is refused first: RFC 9113 §8.2 and §8.3.
/// </summary>
internal sealed class RequestFields : IFieldSink
{
    private readonly FieldText _method = new();
    private readonly FieldText _path = new();
    private readonly FieldText _authority = new();
    private readonly FieldText _lines = new();
    private readonly FieldText _cookies = new();
    private readonly FieldText _text = new();
    private bool _scheme;
    private bool _protocol;
    private bool _regular;
    private bool _host;
    private bool _length;
    private int _count;
    private int _size;

    /// <summary>Why the request is malformed (RFC 9113 §8.1.1), or null: the stream ends with PROTOCOL_ERROR.</summary>
    internal string? Malformed { get; private set; }

    /// <summary>Whether the section is larger than a head may be: 431.</summary>
    internal bool IsTooLarge => _size > Limits.Head || _count > Limits.Fields;

    /// <summary>Whether it is an extended CONNECT for something else than a WebSocket: 501 (RFC 8441 §4).</summary>
    internal bool IsUnknownProtocol { get; private set; }

    internal void Begin()
    {
        foreach (FieldText text in (ReadOnlySpan<FieldText>)[_method, _path, _authority, _lines, _cookies, _text])
        {
            text.Clear();
        }

        _scheme = _protocol = _regular = _host = _length = IsUnknownProtocol = false;
        (_count, _size, Malformed) = (0, 0, null);
    }

    /// <summary>Gives the buffers back.</summary>
    internal void End()
    {
        foreach (FieldText text in (ReadOnlySpan<FieldText>)[_method, _path, _authority, _lines, _cookies, _text])
        {
            text.Return();
        }
    }

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed)
    {
        _count++;
        _size = Math.Min(_size + name.Length + value.Length + DynamicTable.EntryOverhead, int.MaxValue / 2);
        if (Malformed is not null || IsTooLarge)
        {
            return;
        }

        if (name.StartsWith(":"u8))
        {
            Pseudo(name, value);
            return;
        }

        _regular = true;
        Malformed = FieldRules.Malformed(name, value);
        if (Malformed is null)
        {
            Regular(name, value, neverIndexed);
        }
    }

    /// <summary>The head, its empty line included.</summary>
    /// <param name="endStream">Whether the request has no body.</param>
    /// <returns>Empty where the section is malformed, which <see cref="Malformed"/> tells.</returns>
    internal ReadOnlySpan<byte> Head(bool endStream)
    {
        bool connect = _method.Bytes.SequenceEqual("CONNECT"u8);
        Malformed ??= _method.IsEmpty ? "the method is missing"
            : _protocol && !connect ? "a protocol is asked for without CONNECT"
            : connect && !_protocol ? (_scheme || !_path.IsEmpty ? "CONNECT with a scheme or a path" : _authority.IsEmpty ? "CONNECT without an authority" : null)
            : !_scheme ? "the scheme is missing"
            : _path.IsEmpty ? "the path is missing"
            : endStream && _protocol ? "a tunnel that ends where it begins"
            : _length && _protocol ? "a tunnel with a length" : null;
        if (Malformed is not null)
        {
            return [];
        }

        bool tunnel = connect && _protocol;
        _text.Add(tunnel ? "GET"u8 : _method.Bytes);
        _text.Add(" "u8);
        _text.Add(connect && !tunnel ? _authority.Bytes : _path.Bytes);
        _text.Add(" HTTP/1.1\r\n"u8);
        if (!_authority.IsEmpty)
        {
            Line("host"u8, _authority.Bytes);
        }

        _text.Add(_lines.Bytes);
        if (!_cookies.IsEmpty)
        {
            Line("cookie"u8, _cookies.Bytes);
        }

        if (tunnel)
        {
            Span<byte> key = stackalloc byte[WebSocketKey.Length];
            WebSocketKey.Make(key);
            _text.Add("connection: upgrade\r\nupgrade: websocket\r\n"u8);
            Line("sec-websocket-key"u8, key);
        }
        else if (!endStream && !_length)
        {
            _text.Add("transfer-encoding: chunked\r\n"u8);
        }

        _text.Add("\r\n"u8);
        return _text.Bytes;
    }

    /// <summary>Marks what must go on as it came, in the section that <see cref="Head"/> was parsed into. Cookies are never indexed anyway.</summary>
    internal void Protect(FieldSection parsed)
    {
        int before = _authority.IsEmpty ? 0 : 1;
        foreach (int line in _lines.NeverIndexed)
        {
            parsed.Protect([before + line]);
        }
    }

    /// <summary>RFC 9113 §8.3: each once, known, and before all others.</summary>
    private void Pseudo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_regular)
        {
            Malformed = "a pseudo-header field follows another field";
        }
        else if (value.IsEmpty || !Grammar.IsVisible(value))
        {
            // Nothing that ends a word of the request line, and no pseudo-header field is empty.
            Malformed = "a pseudo-header field is empty, or holds what no part of a request line may";
        }
        else if (name.SequenceEqual(":method"u8) && _method.IsEmpty && Grammar.IsToken(value))
        {
            _method.Add(value);
        }
        else if (name.SequenceEqual(":path"u8) && _path.IsEmpty && (value[0] == '/' || value.SequenceEqual("*"u8)))
        {
            _path.Add(value);
        }
        else if (name.SequenceEqual(":authority"u8) && _authority.IsEmpty)
        {
            _authority.Add(value);
        }
        else if (name.SequenceEqual(":scheme"u8) && !_scheme && (FieldNames.Is(value, "https"u8) || FieldNames.Is(value, "http"u8)))
        {
            _scheme = true;
        }
        else if (name.SequenceEqual(":protocol"u8) && !_protocol)
        {
            _protocol = true;
            IsUnknownProtocol = !FieldNames.Is(value, "websocket"u8);
        }
        else
        {
            Malformed = "a pseudo-header field is unknown, repeated or malformed";
        }
    }

    private void Regular(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed)
    {
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("host"u8):
                // RFC 9113 §8.3.1: it says the same as :authority, or stands for it.
                if (_host || (!_authority.IsEmpty && !FieldNames.Is(value, _authority.Bytes)))
                {
                    Malformed = "the host field is repeated, or contradicts :authority";
                }

                _host = true;
                if (_authority.IsEmpty)
                {
                    _authority.Add(value);
                }

                return;
            case 6 when name.SequenceEqual("cookie"u8):
                // RFC 9113 §8.2.3: crumbs become one line again.
                _cookies.Add(_cookies.IsEmpty ? [] : "; "u8);
                _cookies.Add(value);
                return;
            case 14 when name.SequenceEqual("content-length"u8):
                _length = true;
                break;
            case 17 when name.SequenceEqual("sec-websocket-key"u8) && _protocol:
                return;
        }

        _lines.AddLine(name, value, neverIndexed);
    }

    private void Line(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => _text.AddLine(name, value);
}
