using Locald.Proxy;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>RFC 9113 §5.2 and §6.9, both ways.</summary>
public sealed class FlowControlTests
{
    private const int Limit = 60_000;

    private static ScriptedUpstream Sending(int length) =>
        ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{new string('x', length)}");

    [Fact(Timeout = Limit)]
    public async Task A_window_of_one_byte_lets_one_byte_through()
    {
        await using ScriptedUpstream upstream = Sending(3);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server, settings: (SettingId.InitialWindowSize, 1));
        client.GivesCredit = false;
        await client.AskAsync(1, Http2Client.Request());
        Http2Frame? frame = null;
        for (int i = 0; i < 3; i++)
        {
            frame = await client.UntilAsync(1, FrameType.Data);
            Assert.Equal("78", Convert.ToHexString(frame.Payload));
            await client.PingAsync();
            await client.WindowAsync(1, 1);
        }

        Assert.True(frame!.IsLast || (await client.UntilAsync(1, FrameType.Data)).IsLast);
    }

    [Fact(Timeout = Limit)]
    public async Task A_response_larger_than_the_windows_comes_as_they_open()
    {
        const int Length = 3 << 20;
        await using ScriptedUpstream upstream = Sending(Length);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Assert.Equal(Length, (await client.GetAsync(1)).Body.Length);
        Assert.Equal(Length, (await client.GetAsync(3)).Body.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_smaller_initial_window_counts_for_open_streams_also_below_zero()
    {
        await using ScriptedUpstream upstream = Sending(30);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server, settings: (SettingId.InitialWindowSize, 10));
        client.GivesCredit = false;
        await client.AskAsync(1, Http2Client.Request());
        Assert.Equal(10, (await client.UntilAsync(1, FrameType.Data)).Payload.Length);

        // Ten were sent: the window is now -7, then 0, then 2.
        await client.SendAsync(FrameType.Settings, 0, 0, Http2Client.Settings((SettingId.InitialWindowSize, 3)));
        await client.WindowAsync(1, 7);
        await client.PingAsync();
        await client.WindowAsync(1, 2);
        Assert.Equal(2, (await client.UntilAsync(1, FrameType.Data)).Payload.Length);
        await client.SendAsync(FrameType.Settings, 0, 0, Http2Client.Settings((SettingId.InitialWindowSize, 1000)));
        Http2Frame rest = await client.UntilAsync(1, FrameType.Data);
        Assert.Equal(18, rest.Payload.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task Two_streams_share_the_connections_window()
    {
        await using ScriptedUpstream upstream = Sending(60_000);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server, settings: (SettingId.InitialWindowSize, 1 << 20));
        client.GivesCredit = false;
        await client.AskAsync(1, Http2Client.Request());
        Assert.Equal(60_000, (await client.ReadAnswerAsync(1)).Body.Length);
        await client.AskAsync(3, Http2Client.Request());
        int came = 0;
        while (came < 5535)
        {
            came += (await client.UntilAsync(3, FrameType.Data)).Payload.Length;
        }

        Assert.Equal(5535, came);
        await client.AskAsync(5, Http2Client.Request("HEAD"));
        Assert.Equal(200, (await client.ReadAnswerAsync(5)).Status);
        await client.WindowAsync(0, 60_000 - 5535);
        while (came < 60_000)
        {
            came += (await client.UntilAsync(3, FrameType.Data)).Payload.Length;
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_to_a_slow_upstream_waits_at_our_windows_and_others_go_on()
    {
        TaskCompletionSource go = new();
        TaskCompletionSource<string> got = new();
        const int Length = 12 << 20;
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            if (head.StartsWith("GET", StringComparison.Ordinal))
            {
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                return;
            }

            await go.Task;
            got.SetResult(await peer.ReadChunkedAsync());
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        int window = Limits.StreamWindow, sent = 0;
        while (window > 0 && sent < Length)
        {
            int part = Math.Min(Math.Min(window, 16_384), Length - sent);
            await client.DataAsync(1, new('x', part));
            (window, sent) = (window - part, sent + part);
            if (window == 0)
            {
                // Nobody has read yet, but what the kernel took: another request goes on beside it all the same.
                await client.PingAsync();
                if (!go.Task.IsCompleted)
                {
                    Assert.Equal("ok", (await client.GetAsync(3)).Body);
                    go.SetResult();
                }

                window += (await client.UntilAsync(1, FrameType.WindowUpdate)).Number;
            }
        }

        await client.DataAsync(1, "", end: true);
        Assert.Equal("done", (await client.ReadAnswerAsync(1)).Body);
        Assert.Equal(Length, (await got.Task).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task More_data_than_the_connections_window_ends_the_connection()
    {
        // Its handshake is never answered, so that nobody reads the bodies.
        await using ScriptedUpstream upstream = new(peer => peer.ReadRestAsync());
        await using TestServer server = new($"app=https://127.0.0.1:{upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        const int Streams = Limits.ConnectionWindow / Limits.StreamWindow;
        for (int id = 1; id < 2 * Streams; id += 2)
        {
            await client.AskAsync(id, Http2Client.Request("POST"), end: false);
            for (int sent = 0; sent < Limits.StreamWindow; sent += Limits.Http2Frame)
            {
                await client.DataAsync(id, new('x', Limits.Http2Frame));
            }
        }

        await client.PingAsync();
        await client.AskAsync((2 * Streams) + 1, Http2Client.Request("POST"), end: false);
        await client.SendAsync(FrameType.Data, 8, (2 * Streams) + 1, 0);
        Assert.Equal(Http2ErrorCode.FlowControlError, (await client.UntilAsync(0, FrameType.GoAway)).Code);

        // Those that still wait for the handshake wait no longer, and the connection can end.
        await upstream.DisposeAsync();
        Assert.Null(await client.NextAsync(-1));
    }

    [Fact(Timeout = Limit)]
    public async Task Padding_takes_of_the_windows_and_is_given_back()
    {
        TaskCompletionSource<string> got = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            got.SetResult(await peer.ReadChunkedAsync());
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        byte[] padded = Http2Client.Frame(FrameType.Data, 8, 1, [255, (byte)'x', .. new byte[255]]);
        const int Each = 257, Frames = 1000;
        for (int i = 0, window = Limits.StreamWindow; i < Frames; i++, window -= Each)
        {
            while (window < Each)
            {
                window += (await client.UntilAsync(1, FrameType.WindowUpdate)).Number;
            }

            await client.SendAsync(padded);
        }

        await client.DataAsync(1, "", end: true);
        Assert.Equal("ok", (await client.ReadAnswerAsync(1)).Body);
        Assert.Equal(new string('x', Frames), await got.Task);
    }

    [Fact(Timeout = Limit)]
    public async Task More_data_than_a_streams_window_is_that_streams_error()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            if (head.StartsWith("GET", StringComparison.Ordinal))
            {
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }

            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        Http2ErrorCode? reset = null;
        for (int i = 0; i < 2000 && reset is null; i++)
        {
            // The connection's window is kept to, the stream's is not.
            await client.DataAsync(1, new('x', 16_384));
            await client.PingAsync();
            reset = client.ResetOf(1);
        }

        Assert.Equal(Http2ErrorCode.FlowControlError, reset);
        Assert.Equal("ok", (await client.GetAsync(3)).Body);
    }
}
