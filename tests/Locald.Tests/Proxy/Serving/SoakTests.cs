namespace Locald.Tests.Proxy.Serving;

/// <summary>
/// Many clients at once, leaving at random places, and every byte that others get is compared: a buffer given back twice, or while
/// something still writes to it, would show as another request's bytes.
/// </summary>
public sealed class SoakTests
{
    private const int Limit = 60_000;
    private const int Clients = 50;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    [Theory(Timeout = Limit)]
    [InlineData(11, false)]
    [InlineData(12, false)]
    [InlineData(13, true)]
    [InlineData(14, true)]
    public async Task No_byte_goes_to_the_wrong_request_however_clients_leave(int seed, bool overHttp2)
    {
        int answered = 0, left = 0;
        await using ScriptedUpstream upstream = new(SoakUpstream.ServeAsync);
        await using TestServer inner = new($"app={upstream.Port}");

        // A second server between them: the two speak HTTP/2.
        await using TestServer server = new(overHttp2 ? $"app=https://127.0.0.1:{inner.Port}" : $"app={upstream.Port}");
        long end = Environment.TickCount64 + (long)Duration.TotalMilliseconds;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(n => Task.Run(async () =>
        {
            Random random = new((seed * 1000) + n);
            while (Environment.TickCount64 < end)
            {
                await using RawClient client = await server.ConnectAsync();
                bool more = true;
                for (int i = random.Next(1, 12); i > 0 && more && Environment.TickCount64 < end; i--)
                {
                    more = await ExchangeAsync(client, random);
                    _ = more ? Interlocked.Increment(ref answered) : Interlocked.Increment(ref left);
                }
            }
        }, TestContext.Current.CancellationToken)));
        await server.UntilNobodyIsConnected();
        Assert.True(answered > Clients && left > 5, $"{answered} answered, {left} left");
    }

    /// <summary>False when the client left, or was told to go.</summary>
    private static async Task<bool> ExchangeAsync(RawClient client, Random random)
    {
        int size = random.Next(4) switch { 0 => random.Next(10), 1 => random.Next(20_000), 2 => random.Next(70_000), _ => random.Next(300_000) };
        int at = random.Next(SoakUpstream.Block.Length - size);
        string kind = random.Next(10) switch { < 4 => "length", < 7 => "chunks", 7 => "until-close", 8 => "cut", _ => "early" };
        bool upload = random.Next(3) == 0;
        bool chunked = random.Next(2) == 0;
        string body = upload ? SoakUpstream.Block.Substring(at, size) : "";
        string request = (upload ? "POST" : "GET") + $" /{kind}/{at}/{size} HTTP/1.1\r\nHost: app.localhost\r\n"
            + (!upload ? "\r\n" : chunked ? "Transfer-Encoding: chunked\r\n\r\n" + SoakUpstream.Chunks(body, random) : $"Content-Length: {size}\r\n\r\n{body}");
        bool leaves = random.Next(8) == 0;
        if (leaves && random.Next(2) == 0)
        {
            await client.SendAsync(request[..random.Next(request.Length)]);
            Leave(client, random);
            return false;
        }

        try
        {
            await client.SendAsync(request);
        }
        catch (IOException) when (kind is "cut" or "early")
        {
            return false;
        }

        if (leaves)
        {
            try
            {
                await client.ReadUpToAsync(random.Next(size + 30));
            }
            catch (IOException) when (kind is "cut" or "early")
            {
                return false;
            }

            Leave(client, random);
            return false;
        }

        Answer answer;
        try
        {
            answer = await client.ReadAnswerAsync();
        }
        catch (IOException) when (kind is "cut" or "early")
        {
            return false;
        }

        string wanted = SoakUpstream.Block.Substring(at, size);
        if (kind == "cut")
        {
            Assert.False(answer.Whole && answer.Status == 200, "a response that was cut looks whole");
            Assert.StartsWith(answer.Body, answer.Status == 200 ? wanted : answer.Body, StringComparison.Ordinal);
            return false;
        }

        if (kind == "early" && upload)
        {
            // The upstream closed with bytes unread: its reset may overtake its answer, whole or in part.
            Assert.True(answer.Status == 502 || wanted.StartsWith(answer.Body, StringComparison.Ordinal), "wrong bytes in an early answer");
            return false;
        }

        Assert.Equal(200, answer.Status);
        Assert.True(answer.Whole && answer.Body == wanted, $"wrong bytes: {kind} {at} {size}, got {answer.Body.Length}");
        return kind != "early" && answer.Field("connection") != "close";
    }

    private static void Leave(RawClient client, Random random)
    {
        if (random.Next(2) == 0)
        {
            client.Reset();
        }
        else
        {
            client.Socket.Dispose();
        }
    }
}
