using System.Text;
using Locald.Proxy.Http2.Hpack;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

/// <summary>
/// Turns a response's field section into the text of an HTTP/1.1 head, which is then parsed and held to the same rules as any other
/// (<see cref="ResponseHead"/>). What could mean something else there is refused first: RFC 9113 §8.2 and §8.3.
/// </summary>
internal sealed class ResponseFields : IFieldSink
{
    private readonly FieldText _lines = new();
    private readonly FieldText _text = new();
    private int _count;
    private int _size;

    /// <summary>Why the response is malformed (RFC 9113 §8.1.1), or null.</summary>
    internal string? Malformed { get; private set; }

    /// <summary>Three digits; 0 where there was none.</summary>
    internal int Status { get; private set; }

    /// <summary>The declared length in bytes, or -1.</summary>
    internal long ContentLength { get; private set; }

    /// <summary>The lines of <see cref="Head"/>, by their index, that no compression may keep.</summary>
    internal ReadOnlySpan<int> NeverIndexed => _lines.NeverIndexed;

    internal void Begin()
    {
        _lines.Clear();
        _text.Clear();
        (_count, _size, Malformed, Status, ContentLength) = (0, 0, null, 0, -1);
    }

    /// <summary>Gives the buffers back.</summary>
    internal void End()
    {
        _lines.Return();
        _text.Return();
    }

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed)
    {
        _size = Math.Min(_size + name.Length + value.Length + DynamicTable.EntryOverhead, int.MaxValue / 2);
        if (Malformed is not null)
        {
            return;
        }

        if (_size > Limits.Head || _count++ > Limits.Fields)
        {
            Malformed = "the head is too long";
        }
        else if (name.StartsWith(":"u8))
        {
            Pseudo(name, value);
        }
        else if (Status == 0)
        {
            Malformed = "the status is missing";
        }
        else
        {
            Malformed = FieldRules.Malformed(name, value);
            if (Malformed is null && name.SequenceEqual("content-length"u8))
            {
                HeadFault fault = FramingFields.ReadContentLength(value, ContentLength, out long length);
                (ContentLength, Malformed) = (length, fault == HeadFault.None ? null : fault.Reason());
            }

            _lines.AddLine(name, value, neverIndexed);
        }
    }

    /// <summary>The head, its empty line included.</summary>
    /// <param name="accept">
    /// Where the request asked for a WebSocket, the answer to its key: HTTP/2 has neither (RFC 8441 §5), and says 200 for 101.
    /// </param>
    internal ReadOnlySpan<byte> Head(string? accept)
    {
        Malformed ??= Status == 0 ? "the status is missing"
            : Status == 101 ? "101 has no place in HTTP/2" : null;
        bool switched = accept is not null && Status is >= 200 and < 300;
        int status = switched ? 101 : Status;
        _text.Add("HTTP/1.1 "u8);
        _text.Add([(byte)('0' + (status / 100)), (byte)('0' + (status / 10 % 10)), (byte)('0' + (status % 10))]);
        _text.Add(" "u8);
        _text.Add(Encoding.ASCII.GetBytes(ReasonPhrases.Of(status)));
        _text.Add("\r\n"u8);
        _text.Add(_lines.Bytes);
        if (switched)
        {
            _text.Add("connection: upgrade\r\nupgrade: websocket\r\n"u8);
            _text.AddLine("sec-websocket-accept"u8, Encoding.ASCII.GetBytes(accept!));
        }

        _text.Add("\r\n"u8);
        return _text.Bytes;
    }

    /// <summary>RFC 9113 §8.3.2: a response has one of them, before all other fields.</summary>
    private void Pseudo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_count > 1 || !name.SequenceEqual(":status"u8) || value.Length != 3 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9') || value[0] == '0')
        {
            Malformed = "a pseudo-header field is unknown, repeated or malformed";
            return;
        }

        Status = ((value[0] - '0') * 100) + ((value[1] - '0') * 10) + value[2] - '0';
    }
}
