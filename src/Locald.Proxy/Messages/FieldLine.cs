namespace Locald.Proxy.Messages;

/// <summary>Where a field line stands in its head: offsets and lengths in bytes, the value without surrounding white space.</summary>
internal readonly record struct FieldLine(int NameStart, int NameLength, int ValueStart, int ValueLength, FieldId Id)
{
    /// <summary>Whether it came over HTTP/2 as one that no compression may keep (RFC 7541 §6.2.3), and goes on as such.</summary>
    internal bool NeverIndexed { get; init; }

    internal ReadOnlySpan<byte> Name(ReadOnlySpan<byte> head) => head.Slice(NameStart, NameLength);

    internal ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head) => head.Slice(ValueStart, ValueLength);
}
