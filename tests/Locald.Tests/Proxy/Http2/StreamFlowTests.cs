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
}
