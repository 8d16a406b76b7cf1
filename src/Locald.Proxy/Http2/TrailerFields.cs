using Locald.Proxy.Http2.Hpack;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

/// <summary>A request's trailer section as field lines; what is no field there makes the request malformed (RFC 9113 §8.1).</summary>
internal sealed class TrailerFields : IFieldSink
{
    private readonly FieldText _lines = new();
    private int _size;
    private bool _malformed;

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _size += name.Length + value.Length + DynamicTable.EntryOverhead;
        _malformed |= _size > Limits.Head || !Grammar.IsToken(name) || name.ContainsAnyInRange((byte)'A', (byte)'Z') || value.ContainsAny(Grammar.NotInValue);
        if (!_malformed)
        {
            _lines.AddLine(name, value);
        }
    }

    /// <returns>The lines with their CRLF; null where the section is malformed.</returns>
    internal byte[]? Take()
    {
        byte[]? lines = _malformed ? null : _lines.Bytes.ToArray();
        _lines.Return();
        return lines;
    }
}
