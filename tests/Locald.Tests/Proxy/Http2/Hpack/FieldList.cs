using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

/// <summary>Keeps the fields of a block as <c>name: value</c> lines, one character per byte.</summary>
internal sealed class FieldList : IFieldSink
{
    public List<string> Lines { get; } = [];

    /// <summary>Names of the fields that are never to be indexed.</summary>
    public List<string> NeverIndexed { get; } = [];

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed)
    {
        Lines.Add($"{Heads.Text(name)}: {Heads.Text(value)}");
        if (neverIndexed)
        {
            NeverIndexed.Add(Heads.Text(name));
        }
    }
}
