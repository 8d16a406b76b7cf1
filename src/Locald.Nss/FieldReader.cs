using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Locald.Nss;

/// <summary>
/// Reads the fields that <see cref="FieldWriter"/> wrote, in the same order. What does not hold together gives zeros and nothings from
/// there on, and is not <see cref="IsWhole"/>.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private bool _isBroken;

    /// <summary>Whether every field was there, and nothing after the last one.</summary>
    internal readonly bool IsWhole => !_isBroken && _rest.IsEmpty;

    internal int Number() => BinaryPrimitives.TryReadInt32LittleEndian(Take(sizeof(int)), out int number) ? number : 0;

    /// <returns>True for one, false for zero; any other number is none of ours.</returns>
    internal bool Flag()
    {
        int number = Number();
        _isBroken |= number is not (0 or 1);
        return number == 1;
    }

    internal ReadOnlySpan<byte> Bytes() => Take(Number());

    internal string Text()
    {
        ReadOnlySpan<byte> text = Bytes();
        _isBroken |= !Utf8.IsValid(text);
        return Encoding.UTF8.GetString(text);
    }

    /// <returns>Null for the empty text.</returns>
    internal string? TextOrNull() => Text() is { Length: > 0 } text ? text : null;

    /// <returns>How many items follow: never more than there is room for.</returns>
    internal int Count()
    {
        int count = Number();
        _isBroken |= count < 0 || count > _rest.Length / sizeof(int);
        return _isBroken ? 0 : count;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        _isBroken |= length < 0 || length > _rest.Length;
        if (_isBroken)
        {
            return [];
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
