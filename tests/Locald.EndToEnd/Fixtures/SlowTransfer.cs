using System.Diagnostics;
using System.Security.Cryptography;

namespace Locald.EndToEnd.Fixtures;

/// <summary>
/// So many bytes from a writer to a reader that has time: before the first byte and ten times on its way it rests until the writer
/// stands still, because there is no room for more of them anywhere.
/// </summary>
public sealed class SlowTransfer(long size)
{
    private const int Rests = 10;

    private static readonly byte[] s_block = RandomNumberGenerator.GetBytes(64 * 1024);

    private long _sent;
    private long _taken;

    /// <summary>Bytes that were written at most before the reader took any.</summary>
    public long Ahead { get; private set; }

    /// <summary>Whether all bytes have arrived, and as they were.</summary>
    public bool IsWhole => _taken == size;

    /// <summary>Writes all bytes.</summary>
    public async Task WriteAsync(Func<ReadOnlyMemory<byte>, ValueTask> write)
    {
        for (long sent = 0; sent < size; sent += s_block.Length)
        {
            ReadOnlyMemory<byte> part = s_block.AsMemory(0, (int)Math.Min(s_block.Length, size - sent));
            await write(part);
            Interlocked.Add(ref _sent, part.Length);
        }
    }

    /// <summary>Reads to the end.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken stop)
    {
        byte[] buffer = new byte[s_block.Length];
        Ahead = await StandstillAsync(stop);
        long next = size / Rests;
        for (int read; _taken < size && (read = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            Check(buffer.AsSpan(0, read));
            _taken += read;
            if (_taken >= next)
            {
                await StandstillAsync(stop);
                next += size / Rests;
            }
        }
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            ReadOnlySpan<byte> expected = s_block.AsSpan((int)((_taken + at) % s_block.Length));
            expected = expected[..Math.Min(expected.Length, bytes.Length - at)];
            Assert.True(bytes.Slice(at, expected.Length).SequenceEqual(expected), $"other bytes came than were sent, at {_taken + at}");
            at += expected.Length;
        }
    }

    /// <returns>The bytes written when no more were for a twentieth of a second.</returns>
    private async Task<long> StandstillAsync(CancellationToken stop)
    {
        long seen = -1, since = Stopwatch.GetTimestamp();
        while (seen < size && (seen == 0 || Stopwatch.GetElapsedTime(since) < TimeSpan.FromMilliseconds(50)))
        {
            long sent = Interlocked.Read(ref _sent);
            if (sent != seen)
            {
                (seen, since) = (sent, Stopwatch.GetTimestamp());
            }

            await Task.Delay(5, stop);
        }

        return seen;
    }
}
