namespace Locald.Proxy.Messages;

/// <summary>A part of a head: offset and length in bytes.</summary>
internal readonly record struct Slice(int Start, int Length)
{
    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> head) => head.Slice(Start, Length);
}
