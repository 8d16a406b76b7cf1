namespace Locald.Proxy.Messages;

/// <summary>Where a field line stands in its head: offsets and lengths in bytes, the value without surrounding white space.</summary>
internal readonly record struct FieldLine(int NameStart, int NameLength, int ValueStart, int ValueLength, FieldId Id)
{
    internal ReadOnlySpan<byte> Name(ReadOnlySpan<byte> head) => head.Slice(NameStart, NameLength);

    internal ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head) => head.Slice(ValueStart, ValueLength);
}
