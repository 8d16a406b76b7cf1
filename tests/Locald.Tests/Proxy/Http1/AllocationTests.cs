using System.Net;
using Locald.Proxy.Http1;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

public sealed class AllocationTests
{
    private static readonly byte[] Request = Heads.Bytes(Heads.Lines(
        "GET https://app.localhost/assets/app.js?v=1 HTTP/1.1",
        "Host: app.localhost",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
        "Accept: text/html,application/xhtml+xml",
        "Accept-Encoding: gzip, deflate, br",
        "Connection: keep-alive, x-secret",
        "X-Secret: 1",
        "X-Forwarded-For: 1.2.3.4",
        "Cookie: a=b; c=d",
        "Content-Length: 0"));

    private static readonly byte[] Response = Heads.Bytes(Heads.Lines(
        "HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", "Transfer-Encoding: chunked", "Connection: keep-alive", "Keep-Alive: timeout=5"));

    private static readonly byte[] Body = "5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n"u8.ToArray();

    [Fact]
    public void Parsing_and_writing_heads_allocates_nothing_once_warm()
    {
        RequestHead request = new();
        ResponseHead response = new();
        FieldSection trailers = new();
        using OutputBuffer output = new(Stream.Null);
        UpstreamTarget target = (UpstreamTarget)Target.Parse("http://127.0.0.1:3000/base", "/");
        ForwardedFields forwarded = ForwardedFields.For(IPAddress.Loopback);

        void Turn()
        {
            HeadScanner scanner = default;
            scanner.Find(Request, out int length);
            request.Parse(Request.AsSpan(0, length));
            HeadWriter.AppendRequest(output, request, target, 0, forwarded);
            response.Parse(Response);
            HeadWriter.AppendResponse(output, response, Response, BodyKind.Chunked, "close"u8);
            output.Dispose();
            ChunkDecoder decoder = default;
            decoder.Next(Body, out _, out int consumed, trailers, out _);
            decoder.Next(Body.AsSpan(consumed), out _, out _, trailers, out _);
        }

        for (int i = 0; i < 100; i++)
        {
            Turn();
        }

        // A second's Date line is made once, and the test may see it happen.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                Turn();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        request.Dispose();
    }

    [Fact]
    public void A_head_gives_its_buffer_back_and_can_be_used_again()
    {
        RequestHead head = new();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(HeadFault.None, head.Parse(Request));
            Assert.Equal("/assets/app.js?v=1", Heads.Text(head.Target));
            head.Dispose();
            head.Dispose();
            head.Clear();
            Assert.True(head.Bytes.IsEmpty && head.Target.IsEmpty && head.Host.IsEmpty);
        }
    }
}
