using Locald.Proxy.Http2.Hpack;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

/// <summary>A trailer section as field lines; what is no field there makes the message malformed (RFC 9113 §8.1).</summary>
internal sealed class TrailerFields : IFieldSink
{
    private readonly FieldText _lines = new();
    private int _size;

    /// <summary>Whether something in it is no field of a trailer section.</summary>
    internal bool IsMalformed { get; private set; }

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed)
    {
        _size += name.Length + value.Length + DynamicTable.EntryOverhead;
        IsMalformed |= _size > Limits.Head || FieldRules.Malformed(name, value) is not null || value.ContainsAny(Grammar.NotInValue);
        if (!IsMalformed)
        {
            _lines.AddLine(name, value, neverIndexed);
        }
    }

    /// <summary>Gives the section to a body. False where it is malformed.</summary>
    internal bool MoveTo(BodyReader body)
    {
        bool taken = !IsMalformed && body.TakeTrailers(_lines.Bytes.ToArray(), _lines.NeverIndexed) == HeadFault.None;
        _lines.Return();
        return taken;
    }
}
