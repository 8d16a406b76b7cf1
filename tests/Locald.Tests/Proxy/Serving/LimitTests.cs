using Locald.Proxy;

namespace Locald.Tests.Proxy.Serving;

/// <summary>What a client can send too much of in HTTP/1.1: the most is served, one more is refused, and the next client notices nothing.</summary>
public sealed class LimitTests
{
    private const int Limit = 60_000;
    private const string Get = "GET / HTTP/1.1\r\nHost: app.localhost\r\n";
    private const string Chunked = "POST / HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    public static TheoryData<string, int> Bounds => new()
    {
        { "target", 414 },
        { "head", 431 },
        { "fields", 431 },
        { "nominated", 431 },
        { "authority", 400 },
        { "chunk line", 400 },
        { "trailer fields", 400 },
        { "trailer section", 431 },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Bounds))]
    public async Task The_most_is_served_and_one_more_is_refused_and_then_all_is_as_before(string bound, int status)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        if (bound != "authority")
        {
            // A name of 253 bytes with its port is shorter than the bound: none that long can be ours.
            Assert.Equal((200, "ok"), Told(await client.AskAsync(Request(bound, over: 0))));
        }

        Answer refusal = await client.AskAsync(Request(bound, over: 1));
        Assert.Equal((status, "close"), (refusal.Status, refusal.Field("connection")));
        await client.AssertEndAsync();
        await using RawClient next = await server.ConnectAsync();
        Assert.Equal((200, "ok"), Told(await next.GetAsync()));
    }

    private static (int Status, string Body) Told(Answer answer) => (answer.Status, answer.Body);

    private static string Request(string bound, int over) => bound switch
    {
        "target" => "GET /" + new string('a', Limits.Target - 1 + over) + " HTTP/1.1\r\nHost: app.localhost\r\n\r\n",
        "head" => Get + "X: " + new string('a', Limits.Head - Get.Length - "X: \r\n\r\n".Length + over) + "\r\n\r\n",
        "fields" => Get + Lines(Limits.Fields - 1 + over) + "\r\n",
        "nominated" => Get + "Connection: " + string.Join(", ", Enumerable.Range(0, Limits.Nominated + over).Select(i => $"x{i}")) + "\r\n\r\n",
        "authority" => $"GET / HTTP/1.1\r\nHost: {new string('a', Limits.Authority + over)}\r\n\r\n",
        "chunk line" => Chunked + "5;" + new string('a', Limits.ChunkLine - "5;\r\n".Length + over) + "\r\nhello\r\n0\r\n\r\n",
        "trailer fields" => Chunked + "0\r\n" + Lines(Limits.Fields + over) + "\r\n",
        "trailer section" => Chunked + "0\r\nX: " + new string('a', Limits.Head - "X: \r\n\r\n".Length + over) + "\r\n\r\n",
        _ => throw new ArgumentOutOfRangeException(nameof(bound), bound, null),
    };

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"X{i}: 1\r\n"));
}
