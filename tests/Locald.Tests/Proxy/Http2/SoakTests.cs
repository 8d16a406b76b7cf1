using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>Many clients with many streams at once, which cancel and leave at random places; every byte that others get is compared.</summary>
public sealed class SoakTests
{
    private const int Limit = 60_000;
    private const int Clients = 20;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    [Theory(Timeout = Limit)]
    [InlineData(21)]
    [InlineData(22)]
    public async Task No_byte_goes_to_the_wrong_stream_however_clients_cancel_and_leave(int seed)
    {
        int answered = 0, left = 0;
        await using ScriptedUpstream upstream = new(SoakUpstream.ServeAsync);
        await using TestServer server = new($"app={upstream.Port}");
        long end = Environment.TickCount64 + (long)Duration.TotalMilliseconds;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(n => Task.Run(async () =>
        {
            Random random = new((seed * 1000) + n);
            while (Environment.TickCount64 < end)
            {
                await using Http2Client client = await Http2Client.ConnectAsync(server);
                int id = 1;
                for (int round = random.Next(1, 6); round > 0 && Environment.TickCount64 < end; round--)
                {
                    Request[] requests = new Request[random.Next(1, 9)];
                    for (int i = 0; i < requests.Length; i++, id += 2)
                    {
                        requests[i] = Request.Any(random, id);
                        await requests[i].SendAsync(client, random);
                    }

                    if (random.Next(8) == 0)
                    {
                        Interlocked.Increment(ref left);
                        client.Wire.Reset();
                        break;
                    }

                    foreach (Request request in requests.Where(r => !r.Cancelled))
                    {
                        request.Judge(await client.ReadAnswerAsync(request.Id));
                        Interlocked.Increment(ref answered);
                    }
                }
            }
        }, TestContext.Current.CancellationToken)));
        await server.UntilNobodyIsConnected();
        Assert.True(answered > 10 * Clients && left > 5, $"{answered} answered, {left} left");
    }

    private sealed record Request(int Id, string Kind, int At, int Size, bool Uploads, bool Cancelled)
    {
        private string Wanted => SoakUpstream.Block.Substring(At, Size);

        public static Request Any(Random random, int id)
        {
            bool uploads = random.Next(3) == 0;

            // An upload fits into the window that a stream begins with.
            int size = random.Next(4) switch { 0 => random.Next(10), 1 => random.Next(20_000), 2 => random.Next(60_000), _ => random.Next(uploads ? 60_000 : 300_000) };
            string kind = random.Next(10) switch { < 4 => "length", < 7 => "chunks", 7 => "until-close", 8 => "cut", _ => "early" };
            return new(id, kind, random.Next(SoakUpstream.Block.Length - size), size, uploads, random.Next(6) == 0);
        }

        public async Task SendAsync(Http2Client client, Random random)
        {
            await client.AskAsync(Id, Http2Client.Request(Uploads ? "POST" : "GET", $"/{Kind}/{At}/{Size}"), end: !Uploads);
            int cut = Cancelled ? random.Next(Size + 1) : Size;
            for (int sent = 0; Uploads && sent < cut;)
            {
                int part = Math.Min(random.Next(1, 16_384), cut - sent);
                await client.DataAsync(Id, SoakUpstream.Block.Substring(At + sent, part));
                sent += part;
            }

            if (Cancelled)
            {
                await client.ResetAsync(Id);
            }
            else if (Uploads)
            {
                await client.DataAsync(Id, "", end: true);
            }
        }

        public void Judge(Http2Answer answer)
        {
            string what = $"{Kind} {At} {Size} {Uploads}: {answer.Status} {answer.Reset} {answer.Body.Length}";
            if (Kind == "cut")
            {
                Assert.False(answer.Whole && answer.Status == 200, $"a response that was cut looks whole: {what}");
                Assert.True(answer.Status != 200 || Wanted.StartsWith(answer.Body, StringComparison.Ordinal), $"wrong bytes: {what}");
            }
            else if (Kind == "early" && Uploads)
            {
                // The upstream closed with bytes unread: its reset may overtake its answer, whole or in part.
                Assert.True(answer.Status == 502 || Wanted.StartsWith(answer.Body, StringComparison.Ordinal), $"wrong bytes: {what}");
            }
            else
            {
                Assert.True(answer.Status == 200 && answer.Whole && answer.Body == Wanted, $"wrong bytes: {what}");
            }
        }
    }
}
