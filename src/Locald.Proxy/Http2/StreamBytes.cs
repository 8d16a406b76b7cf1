using Locald.Proxy.IO;

namespace Locald.Proxy.Http2;

/// <summary>A stream's data as a <see cref="Stream"/>: reads give what the peer sent, writes are sent within the windows.</summary>
internal sealed class StreamBytes(StreamFlow flow, FrameWriter frames) : ForwardStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => flow.ReceiveAsync(buffer);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await flow.SendAsync(buffer);
        frames.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
