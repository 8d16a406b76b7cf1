using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Messages;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>Frames by chance, mostly valid ones: the server answers or ends, never has a bug, and nothing but whole requests reaches the upstream.</summary>
[Trait("Inputs", "Random")]
public sealed partial class RandomFrameTests
{
    /// <summary>Of a connection.</summary>
    private const int Frames = 100;

    private const int Limit = 120_000;

    private static readonly string[] Tokens = ["\0", "\u00ff", "\u0080", "\u0001", "\0\0\0\u0004\u0001\0\0\0\0", "\0\0\u0004\u0003\0\0\0\0\u0001\0\0\0\u0008", "\0\0\u0001\0\u0001\0\0\0\u0001x"];

    [Fact]
    public async Task Whatever_frames_come_the_server_answers_or_ends()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Length: > 0 } head)
            {
                Assert.Matches(RequestHead(), head);
                await peer.SendAsync($"HTTP/1.1 200 OK\r\nX-Path: {head.Split(' ')[1]}\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{new string('x', 1000)}\r\n0\r\nSum: 1\r\n\r\n");
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        Random random = new(RandomInputs.Seed);
        long started = Stopwatch.GetTimestamp();
        int answered = 0, sent = 0;
        while (sent < RandomInputs.Count)
        {
            List<byte> frames = [];
            int next = 1;
            for (int i = random.Next(1, Frames); i > 0 && sent < RandomInputs.Count; i--)
            {
                frames.AddRange(Frame(random, ref next));
                RandomInputs.Tell(++sent, answered, started);
            }

            // Some with damage, of which some does not matter.
            byte[] bytes = [.. frames];
            bool damaged = random.Next(3) == 0;
            bytes = damaged ? RandomInputs.Mutate([bytes], [.. Tokens.Select(Heads.Bytes)], random) : bytes;
            try
            {
                answered += await SendAsync(server, bytes, damaged ? 0 : next, givesCredit: !damaged && random.Next(2) == 0);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"up to input {sent} of LOCALD_RANDOM_SEED={RandomInputs.Seed}, in hexadecimal: {Convert.ToHexStringLower(bytes)}", e);
            }
        }

        Assert.InRange(answered, sent / 100, sent);
        await using Http2Client last = await Http2Client.ConnectAsync(server);
        Http2Answer answer = await last.GetAsync(1).WaitAsync(TimeSpan.FromMilliseconds(Limit), TestContext.Current.CancellationToken);
        Assert.Equal((200, 1000), (answer.Status, answer.Body.Length));
        await last.DisposeAsync();
        await server.UntilNobodyIsConnected().WaitAsync(TimeSpan.FromMilliseconds(Limit), TestContext.Current.CancellationToken);
    }

    /// <summary>Sends them on a connection of their own, and reads until the last word is answered, or there was a reason not to, and it was told.</summary>
    /// <param name="server">The server.</param>
    /// <param name="frames">As they go out.</param>
    /// <param name="last">A stream for one more request, where the frames are whole; 0 where the connection just ends.</param>
    /// <param name="givesCredit">Whether the client makes up for the data that it reads.</param>
    /// <returns>How many requests were answered until then.</returns>
    private static async Task<int> SendAsync(TestServer server, byte[] frames, int last, bool givesCredit)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        client.GivesCredit = givesCredit;
        Task sending = Task.Run(async () =>
        {
            try
            {
                await client.SendAsync(last > 0 ? [.. frames, .. Http2Client.Frame(FrameType.Headers, 5, last, Http2Client.Request(path: $"/{last}"))] : frames);
                if (last == 0)
                {
                    client.Wire.Socket.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // It ended before.
            }
        }, limit.Token);
        int answered = 0;
        while (true)
        {
            Http2Frame? frame = await client.ReadFrameAsync().WaitAsync(limit.Token);
            Assert.NotNull(frame);
            if (frame.Lines is [":status: 200", ..])
            {
                // Every path names its stream.
                answered++;
                Assert.True(last == 0 || frame.Lines.Contains($"x-path: /{frame.StreamId}"), string.Join('\n', frame.Lines));
            }

            if (frame.Type == FrameType.GoAway || (last > 0 && frame.StreamId == last))
            {
                await sending;
                return answered;
            }
        }
    }

    private static byte[] Frame(Random random, ref int next)
    {
        // Mostly the stream of the last request, or an older one; seldom none, an even one or one to come. So with types and payloads.
        int id = random.Next(200) == 0 ? random.Next(next + 4) : random.Next(4) == 0 ? 1 + (2 * random.Next(next / 2)) : Math.Max(1, next - 2);
        if (random.Next(200) == 0)
        {
            return Http2Client.Frame((FrameType)random.Next(10), random.Next(256), id, Payload(random));
        }

        switch (next == 1 ? 0 : random.Next(24))
        {
            case < 9:
                id = next;
                next += 2;
                byte[] block = Http2Client.Request(random.Next(2) == 0 ? "GET" : "POST", $"/{id}");
                int end = random.Next(4) == 0 ? 0 : 1;
                return random.Next(6) > 0 ? Http2Client.Frame(FrameType.Headers, 4 | end, id, block)
                    : [.. Http2Client.Frame(FrameType.Headers, end, id, block.AsSpan(0, 9)), .. Http2Client.Frame(FrameType.Continuation, 4, id, block.AsSpan(9))];
            case < 13:
                return Http2Client.Frame(FrameType.Data, random.Next(2), id, new byte[random.Next(200)]);
            case < 15:
                return Http2Client.Frame(FrameType.RstStream, 0, id, Http2Client.Number(8));
            case < 17:
                return Http2Client.Frame(FrameType.WindowUpdate, 0, random.Next(2) * id, Http2Client.Number((uint)random.Next(1, 100_000)));
            case < 19:
                return Http2Client.Frame(FrameType.Settings, 0, 0, Http2Client.Settings(((SettingId)random.Next(1, 5), (uint)random.Next(2))));
            case < 21:
                return Http2Client.Frame(FrameType.Priority, 0, id, 0, 0, 0, 0, 1);
            case 21 when random.Next(4) == 0:
                return Http2Client.Frame(FrameType.Headers, 5, id, Http2Client.Block([("sum", "1")]));
            default:
                return Http2Client.Frame((FrameType)random.Next(10, 256), random.Next(256), id, Payload(random));
        }
    }

    private static byte[] Payload(Random random)
    {
        byte[] payload = new byte[random.Next(40)];
        random.NextBytes(payload);
        return payload;
    }

    /// <summary>One head, whole, as only this program writes it.</summary>
    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [\x21-\x7e]+ HTTP/1\.1\r\nHost: [\x21-\x7e]+\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t\x20-\x7e\x80-\xff]*\r\n)+\r\n\z")]
    private static partial Regex RequestHead();
}
