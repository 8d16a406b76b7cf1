using System.Buffers.Binary;
using System.Text;

namespace Locald.Nss;

/// <summary>
/// Writes what locald and this program say to each other: a row of fields without names, whose order is <c>Request</c>'s or
/// <c>Answer</c>'s. A number is four bytes, the lowest first; bytes and text in UTF-8 come after their length, and the items
/// of a list after their count. The one program is inside the other, so that both always know the same order.
/// </summary>
internal sealed class FieldWriter
{
    private readonly List<byte> _message = [];

    internal void Number(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        _message.AddRange(bytes);
    }

    internal void Flag(bool flag) => Number(flag ? 1 : 0);

    internal void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        _message.AddRange(bytes);
    }

    /// <param name="text">Null is written as the empty text.</param>
    internal void Text(string? text) => Bytes(Encoding.UTF8.GetBytes(text ?? ""));

    internal byte[] ToArray() => _message.ToArray();
}
