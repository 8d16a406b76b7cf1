using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>Frames by chance, mostly valid ones: the server answers or ends, and never has a bug.</summary>
public sealed class RandomFrameTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_frames_come_the_server_answers_or_ends(int seed)
    {
        Random random = new(seed);
        await using ScriptedUpstream upstream = new(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Length: > 0 })
            {
                await peer.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{new string('x', 1000)}\r\n0\r\nSum: 1\r\n\r\n");
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        for (int round = 0; round < 60; round++)
        {
            await using Http2Client client = await Http2Client.ConnectAsync(server);
            client.GivesCredit = random.Next(2) == 0;
            List<byte> frames = [];
            for (int next = 1, i = random.Next(60); i > 0; i--)
            {
                frames.AddRange(Frame(random, ref next));
            }

            // A field block that does not end is ended by this; all else is answered.
            frames.AddRange(Http2Client.Frame(FrameType.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
            Task sending = Task.Run(async () =>
            {
                try
                {
                    await client.SendAsync([.. frames]);
                }
                catch (IOException)
                {
                    // It ended before.
                }
            }, TestContext.Current.CancellationToken);
            Http2Frame? frame;
            do
            {
                frame = await client.NextAsync(0);
            }
            while (frame is not null && frame.Type is not FrameType.GoAway && !(frame.Type == FrameType.Ping && frame.Payload[0] == 1));

            // Either the last frame was answered, or there was a reason not to, and it was told.
            Assert.NotNull(frame);
            await sending;
        }

        await using Http2Client last = await Http2Client.ConnectAsync(server);
        Http2Answer answer = await last.GetAsync(1);
        Assert.Equal((200, 1000), (answer.Status, answer.Body.Length));
        await last.DisposeAsync();
        await server.UntilNobodyIsConnected();
    }

    private static byte[] Frame(Random random, ref int next)
    {
        int id = random.Next(4) == 0 ? random.Next(next + 2) : Math.Max(1, next - 2);
        switch (random.Next(12))
        {
            case < 5:
                id = next;
                next += 2;
                return Http2Client.Frame(FrameType.Headers, random.Next(4) == 0 ? 4 : 5, id, Http2Client.Request(random.Next(2) == 0 ? "GET" : "POST"));
            case 5 or 6:
                return Http2Client.Frame(FrameType.Data, random.Next(2), id, new byte[random.Next(200)]);
            case 7:
                return Http2Client.Frame(FrameType.RstStream, 0, id, Http2Client.Number(8));
            case 8:
                return Http2Client.Frame(FrameType.WindowUpdate, 0, random.Next(2) * id, Http2Client.Number((uint)random.Next(1, 100_000)));
            case 9:
                return Http2Client.Frame(FrameType.Settings, 0, 0, Http2Client.Settings(((SettingId)random.Next(1, 5), (uint)random.Next(2))));
            case 10:
                return Http2Client.Frame(FrameType.Priority, 0, id, 0, 0, 0, 0, 1);
            default:
                byte[] payload = new byte[random.Next(40)];
                random.NextBytes(payload);
                return random.Next(3) > 0 ? Http2Client.Frame((FrameType)random.Next(10, 256), random.Next(256), id, payload)
                    : Http2Client.Frame((FrameType)random.Next(10), random.Next(256), id, payload);
        }
    }
}
