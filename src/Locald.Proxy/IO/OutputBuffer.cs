using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Locald.Proxy.IO;

/// <summary>
/// Bytes on their way to a stream: small pieces are gathered, so that a head and a body that fits go out in one write and, over TLS,
/// in one record; a large piece goes out from where it lies. The array comes from the pool and goes back with each flush.
/// </summary>
/// <param name="stream">Where the bytes go.</param>
/// <param name="underTls">The socket under a TLS stream: the records of a large write are gathered there.</param>
internal sealed class OutputBuffer(Stream stream, SocketStream? underTls = null) : IDisposable
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Bytes handed to the stream so far, for the log.</summary>
    internal long Written { get; private set; }

    internal bool IsEmpty => _length == 0;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    internal void Append(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    internal void AppendNumber(long value)
    {
        Utf8Formatter.TryFormat(value, Room(20), out int written);
        _length += written;
    }

    /// <summary>The chunk-size line of RFC 9112 §7.1.</summary>
    internal void AppendChunkSize(int size)
    {
        Utf8Formatter.TryFormat(size, Room(10), out int written, new StandardFormat('x'));
        _length += written;
        Append("\r\n"u8);
    }

    /// <summary>Appends what still fits, else sends it with what waits before it.</summary>
    /// <exception cref="IOException">The peer is gone.</exception>
    internal ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        // Gathering four records costs a copy and saves three system calls, which cost more.
        if (_length + bytes.Length <= Limits.LargeBuffer && bytes.Length <= Limits.SmallBuffer)
        {
            Append(bytes.Span);
            return default;
        }

        return WriteLargeAsync(bytes);
    }

    /// <exception cref="IOException">The peer is gone.</exception>
    internal ValueTask FlushAsync()
    {
        if (_length == 0)
        {
            return default;
        }

        ValueTask sending = SendAsync(_bytes.AsMemory(0, _length));
        if (!sending.IsCompletedSuccessfully)
        {
            return FlushAsync(sending);
        }

        sending.GetAwaiter().GetResult();
        Dispose();
        return default;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _length) = ([], 0);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushAsync(ValueTask sending)
    {
        await sending;
        Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteLargeAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_length > 0)
        {
            // Fill the record that the head began.
            int part = Math.Min(bytes.Length, Limits.SmallBuffer - (_length % Limits.SmallBuffer));
            Append(bytes.Span[..part]);
            bytes = bytes[part..];
            await FlushAsync();
        }

        if (bytes.Length > 0)
        {
            await SendAsync(bytes);
        }
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Written += bytes.Length;
        return underTls is not null && bytes.Length > Limits.SmallBuffer ? SendRecordsAsync(underTls, bytes) : stream.WriteAsync(bytes);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendRecordsAsync(SocketStream socket, ReadOnlyMemory<byte> bytes)
    {
        socket.Gather = true;
        try
        {
            await stream.WriteAsync(bytes);
        }
        finally
        {
            socket.Gather = false;
        }

        await socket.SendGatheredAsync();
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Limits.SmallBuffer, (_length + count) * 2));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }
}
