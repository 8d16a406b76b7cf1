using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

/// <summary>Frames by chance from an upstream: its clients are answered or told, and there is never a bug.</summary>
public sealed class RandomUpstreamFrameTests
{
    private const int Limit = 30_000;

    [Theory(Timeout = 4 * Limit)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_frames_an_upstream_sends_its_clients_are_answered_or_told(int seed)
    {
        Random random = new(seed);
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            List<byte> frames = [];
            lock (random)
            {
                for (int i = random.Next(12); i > 0; i--)
                {
                    frames.AddRange(RandomFrame(random, request.StreamId));
                }
            }

            await peer.SendAsync([.. frames]);
            await peer.ResetAsync(request.StreamId);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        for (int round = 0; round < 150; round++)
        {
            await using Http2Client client = await Http2Client.ConnectAsync(server);
            await client.AskAsync(1, Http2Client.Request(random.Next(3) == 0 ? "HEAD" : "GET"));
            await client.AskAsync(3, Http2Client.Request());
            Http2Answer one = await client.ReadAnswerAsync(1), three = await client.ReadAnswerAsync(3);
            Assert.All([one, three], a => Assert.True(a.Whole || a.Reset is not null));
        }
    }

    private static byte[] RandomFrame(Random random, int id)
    {
        id = random.Next(10) == 0 ? random.Next(6) : id;
        string[] names = ["content-length", "x", "set-cookie", "X", "connection", ":status", "date", "via"];
        switch (random.Next(16))
        {
            case < 6:
                (string, string)[] fields = [.. Enumerable.Range(0, random.Next(3)).Select(_ => (names[random.Next(names.Length)], $"{random.Next(12)}"))];
                string status = random.Next(8) == 0 ? $"{random.Next(1000)}" : random.Next(4) == 0 ? "103" : "200";
                return Http2Peer.Frame(FrameType.Headers, random.Next(4) == 0 ? 5 : 4, id, Http2Peer.Block([(":status", status), .. fields]));
            case 6:
                return Http2Peer.Frame(FrameType.Headers, 5, id, Http2Peer.Block((names[random.Next(names.Length)], "1")));
            case < 11:
                return Http2Peer.Frame(FrameType.Data, random.Next(3) == 0 ? 1 : 0, id, new byte[random.Next(10)]);
            case 11:
                return Http2Peer.Frame(FrameType.RstStream, 0, id, Http2Peer.Number((uint)random.Next(14)));
            case 12:
                return Http2Peer.Frame(FrameType.WindowUpdate, 0, random.Next(2) * id, Http2Peer.Number((uint)random.Next(100_000)));
            case 13:
                return Http2Peer.Frame(FrameType.Settings, 0, 0, Http2Peer.Settings(((SettingId)random.Next(1, 10), (uint)random.Next(3))));
            case 14:
                return Http2Peer.Frame(FrameType.GoAway, 0, 0, [0, 0, 0, (byte)random.Next(4), 0, 0, 0, 0]);
            default:
                byte[] payload = new byte[random.Next(40)];
                random.NextBytes(payload);
                return Http2Peer.Frame((FrameType)random.Next(12), random.Next(256), id, payload);
        }
    }
}
