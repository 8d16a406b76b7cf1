using System.Buffers;
using System.Runtime.InteropServices;

namespace Locald.Proxy.Http2;

/// <summary>Text that grows. Whoever fills it bounds it.</summary>
internal sealed class FieldText
{
    private byte[] _bytes = [];
    private int _length;
    private int _lines;
    private List<int>? _neverIndexed;

    /// <summary>Which of the field lines, by their index, no compression may keep (RFC 7541 §6.2.3).</summary>
    internal ReadOnlySpan<int> NeverIndexed => CollectionsMarshal.AsSpan(_neverIndexed);

    internal bool IsEmpty => _length == 0;

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    internal void Clear()
    {
        (_length, _lines) = (0, 0);
        _neverIndexed?.Clear();
    }

    internal void Add(ReadOnlySpan<byte> text)
    {
        if (_bytes.Length - _length < text.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, (_length + text.Length) * 2));
            Bytes.CopyTo(larger);
            ReturnBytes();
            _bytes = larger;
        }

        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>A field line with its CRLF.</summary>
    internal void AddLine(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed = false)
    {
        if (neverIndexed)
        {
            (_neverIndexed ??= []).Add(_lines);
        }

        _lines++;
        Add(name);
        Add(": "u8);
        Add(value);
        Add("\r\n"u8);
    }

    /// <summary>Gives the array back.</summary>
    internal void Return()
    {
        ReturnBytes();
        _bytes = [];
        Clear();
    }

    private void ReturnBytes()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
