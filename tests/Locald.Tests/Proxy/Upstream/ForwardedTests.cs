using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

public sealed class ForwardedTests
{
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task The_upstream_gets_the_request_with_our_word_on_the_client_and_none_of_the_clients_own()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            seen.SetResult(await peer.ReadRequestAsync());
            await peer.SendAsync("HTTP/1.1 204 No Content\r\nConnection: x-mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nX-Theirs: 2\r\n\r\n");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync(
            "POST https://app.localhost:8443/a?b HTTP/1.1\r\nHost: app.localhost:8443\r\nX-Forwarded-For: 6.6.6.6\r\nX_Forwarded_Proto: http\r\n"
            + "Forwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nConnection: keep-alive, x-secret\r\nX-Secret: s\r\nKeep-Alive: 5\r\n"
            + "Proxy-Authorization: p\r\nTE: trailers, gzip\r\nCookie: a=b\r\nCookie: c=d\r\nVia: 1.0 other\r\nContent-Length: 4\r\n\r\nbody");
        string head = await seen.Task;
        Assert.StartsWith("POST /a?b HTTP/1.1\r\nHost: app.localhost:8443\r\n", head, StringComparison.Ordinal);
        string?[] one = [.. new[] { "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "forwarded", "te", "content-length" }
            .Select(n => Assert.Single(Fields.Of(head, n)))];
        Assert.Equal(
            ["127.0.0.1", "https", "app.localhost:8443", "8443", "for=127.0.0.1;proto=https;host=\"app.localhost:8443\"", "trailers", "4"], one);
        Assert.Equal(["a=b", "c=d"], Fields.Of(head, "cookie"));
        Assert.Equal(["1.0 other", "1.1 locald"], Fields.Of(head, "via"));
        Assert.All(["x_forwarded_proto", "x-real-ip", "x-secret", "keep-alive", "proxy-authorization", "transfer-encoding"],
            n => Assert.Empty(Fields.Of(head, n)));
        Assert.Equal((204, "2", null, null, null),
            (answer.Status, answer.Field("x-theirs"), answer.Field("x-mine"), answer.Field("keep-alive"), answer.Field("connection")));
    }
}
