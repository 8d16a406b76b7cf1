using System.Buffers;

namespace Locald.Proxy.Http2;

/// <summary>Text that grows. Whoever fills it bounds it.</summary>
internal sealed class FieldText
{
    private byte[] _bytes = [];
    private int _length;

    internal bool IsEmpty => _length == 0;

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    internal void Clear() => _length = 0;

    internal void Add(ReadOnlySpan<byte> text)
    {
        if (_bytes.Length - _length < text.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, (_length + text.Length) * 2));
            Bytes.CopyTo(larger);
            int length = _length;
            Return();
            (_bytes, _length) = (larger, length);
        }

        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>A field line with its CRLF.</summary>
    internal void AddLine(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Add(name);
        Add(": "u8);
        Add(value);
        Add("\r\n"u8);
    }

    /// <summary>Gives the array back.</summary>
    internal void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _length) = ([], 0);
    }
}
