using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Locald.Proxy;
using Locald.Proxy.Http2;
using Locald.Proxy.IO;

namespace Locald.Tests.Proxy.Http2;

public sealed class StreamFlowTests
{
    [Fact]
    public void A_stream_that_is_reset_while_its_data_finds_no_window_does_not_wait_for_one()
    {
        using SocketStream transport = new(new(SocketType.Stream, ProtocolType.Tcp));
        FrameWriter frames = new(Stream.Null, transport, ofServer: false);
        StreamFlow flow = new(frames, new(frames, Limits.ConnectionWindow));
        IValueTaskSource room = flow;

        // As the writer does, which looked before the reset and comes to hold the stream after it.
        flow.Hold();
        Assert.Equal(ValueTaskSourceStatus.Pending, room.GetStatus(1));
        flow.Release();
        flow.TryReset();
        flow.Hold();
        Assert.Equal(ValueTaskSourceStatus.Succeeded, room.GetStatus(2));
    }

    [Fact]
    public async Task A_reader_is_told_once_of_all_that_came_together_and_at_once_of_the_end()
    {
        using SocketStream transport = new(new(SocketType.Stream, ProtocolType.Tcp));
        FrameWriter frames = new(Stream.Null, transport, ofServer: false);
        StreamFlow flow = new(frames, new(frames, Limits.ConnectionWindow));
        flow.Begin(1);
        flow.Expect(-1);
        byte[] buffer = new byte[8];
        Task<int> reading = flow.ReceiveAsync(buffer).AsTask();
        flow.Receive("ab"u8, 2, end: false);
        flow.Receive("cd"u8, 2, end: false);
        Assert.False(reading.IsCompleted);
        flow.Deliver();
        Assert.Equal(4, await reading);
        Assert.Equal("abcd"u8, buffer.AsSpan(0, 4));
        reading = flow.ReceiveAsync(buffer).AsTask();
        flow.Receive("e"u8, 1, end: true);
        Assert.Equal(1, await reading);
        Assert.Equal(0, await flow.ReceiveAsync(buffer));
    }
}
