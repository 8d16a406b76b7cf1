using System.Threading.Channels;
using Locald.Proxy.IO;

namespace Locald.Tests.Proxy.Http2;

/// <summary>One end of a pipe in memory: what is written to one end is read from the other.</summary>
internal sealed class MemoryPipe(ChannelReader<byte[]> from, ChannelWriter<byte[]> to) : ForwardStream
{
    private ReadOnlyMemory<byte> _rest;

    public static (MemoryPipe One, MemoryPipe Other) Create()
    {
        Channel<byte[]> there = Channel.CreateUnbounded<byte[]>(), back = Channel.CreateUnbounded<byte[]>();
        return (new(there.Reader, back.Writer), new(back.Reader, there.Writer));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty && buffer.Length > 0)
        {
            if (!await from.WaitToReadAsync(cancellationToken))
            {
                return 0;
            }

            _rest = await from.ReadAsync(cancellationToken);
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        to.TryWrite(buffer.ToArray()) ? default : throw new IOException("this end is closed");

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        to.TryComplete();
        base.Dispose(disposing);
    }
}
