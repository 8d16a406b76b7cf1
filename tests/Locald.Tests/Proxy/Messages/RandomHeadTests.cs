using System.Net;
using System.Text;
using Locald.Proxy;
using Locald.Proxy.Http1;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;
using Locald.Tests.Proxy.Http1;

namespace Locald.Tests.Proxy.Messages;

/// <summary>
/// Random heads never throw, mean the same however they arrive, and what is written from one that was accepted means the same again: to
/// ourselves and to readers that are less careful.
/// </summary>
[Trait("Inputs", "Random")]
public sealed class RandomHeadTests
{
    private static readonly string[] Requests =
    [
        Heads.Lines("GET /a/b?c=d HTTP/1.1", "Host: app.localhost", "Accept: */*", "Cookie: a=b"),
        Heads.Lines("POST / HTTP/1.1", "Host: app.localhost:8443", "Content-Length: 5", "Content-Type: text/plain") + "hello",
        Heads.Lines("PUT /x HTTP/1.1", "host: [::1]:8443", "Transfer-Encoding: chunked", "Trailer: X", "Expect: 100-continue") + "0\r\n\r\n",
        Heads.Lines("GET /ws HTTP/1.1", "Host: app.localhost", "Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: x"),
        Heads.Lines("OPTIONS * HTTP/1.1", "Host: localhost.", "Connection: x-secret, te", "X-Secret: 1", "TE: trailers", "Via: 1.1 locald"),
        Heads.Lines("GET https://app.localhost/a HTTP/1.0", "Host: app.localhost", "X-Forwarded-For: 1.2.3.4", "X_Real_IP: 1"),
        Heads.Lines("OPTIONS http://127.0.0.1?q HTTP/1.1", "Host: 127.0.0.1", "Keep-Alive: 5", "Proxy-Connection: close", "Date: x"),
        Heads.Lines("HEAD / HTTP/1.9", "Host: a.b.localhost", "Connection: close", "Upgrade: h2c", "HTTP2-Settings: x"),
    ];

    private static readonly string[] Responses =
    [
        Heads.Lines("HTTP/1.1 200 OK", "Content-Length: 5", "Date: x", "Set-Cookie: a=b", "Set-Cookie: c=d") + "hello",
        Heads.Lines("HTTP/1.1 200", "Transfer-Encoding: chunked", "Trailer: X") + "0\r\n\r\n",
        Heads.Lines("HTTP/1.0 404 Not Found", "Server: x", "Connection: close"),
        Heads.Lines("HTTP/1.1 304 Not Modified", "ETag: \"x\"", "Content-Length: 9", "Connection: keep-alive, x-y", "X-Y: z"),
        Heads.Lines("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"),
        Heads.Lines("HTTP/1.1 204 ", "Keep-Alive: timeout=5"),
    ];

    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "\r\n\r\n", "\0", " ", "\t", ":", ",", ";", "\"", "/", "?", "#", "*", "@", "..", ".", "\\", "\u000b", "\u0085", "\u00a0", "\u00ff",
        "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Content-Length: +5\r\n", "Content-Length: 6, 6\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding : chunked\r\n", "Transfer_Encoding: chunked\r\n", "chunked", "xchunked", "identity",
        "Host: app.localhost\r\n", "Host: other.localhost\r\n", "Connection: host, content-length, via, cookie\r\n", "Connection: upgrade\r\n",
        "Upgrade: h2c\r\n", "Upgrade: x\r\n", "TE: trailers\r\n", "Expect: 100-continue\r\n", "X-Forwarded-Host: x\r\n", "http://", "https://app.localhost",
        " HTTP/1.1", " HTTP/1.0", "HTTP/1.1 ", "1xx", "9223372036854775807", "%00", "%2e%2e",
    ];

    private static readonly UpstreamTarget Plain = (UpstreamTarget)Target.Parse("3000", "/");
    private static readonly ForwardedFields Client = ForwardedFields.For(IPAddress.Loopback);

    [Fact]
    public void A_request_means_the_same_in_pieces_and_after_it_is_written_anew()
    {
        RequestHead head = new(), again = new();
        double accepted = RandomInputs.Run(Requests, Tokens, (bytes, random) =>
        {
            (HeadFault fault, int length) = Scan(bytes, random);
            if (fault != HeadFault.None || length == 0)
            {
                return false;
            }

            fault = head.Parse(bytes.AsSpan(0, length));
            StaysWithin(head, length);
            LocalRequest local = Locald.Proxy.Serving.LocalRequests.From(head);
            Assert.DoesNotContain(local.Path + local.Query + local.Host + local.Method, c => c is <= ' ' or > '~');
            if (fault != HeadFault.None || head.Host.IsEmpty)
            {
                return false;
            }

            string sent = Heads.Written(output => HeadWriter.AppendRequest(output, head, Plain, 0, Client));
            HeadFault second = Heads.Judge(sent, out again);
            if (second is HeadFault.HeadTooLong or HeadFault.TooManyFields)
            {
                // Our own fields took it over the bound, which is ours alone.
                return true;
            }

            Assert.Equal(HeadFault.None, second);
            Assert.Equal(sent.Length, sent.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4);
            Assert.Equal(Meaning(head), Meaning(again));
            Assert.False(again.IsHttp10);
            again.Dispose();
            AssertSameToAll(sent, Heads.Text(head.Authority), Bodies.Rewrite(bytes[length..], head.BodyKind, head.ContentLength, head.Fields.Chunked, out string data), data);
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
        head.Dispose();
    }

    [Fact]
    public void A_response_means_the_same_in_pieces_and_after_it_is_written_anew()
    {
        ResponseHead head = new();
        double accepted = RandomInputs.Run(Responses, Tokens, (bytes, random) =>
        {
            (HeadFault fault, int length) = Scan(bytes, random);
            if (fault != HeadFault.None || length == 0 || head.Parse(bytes.AsSpan(0, length)) != HeadFault.None)
            {
                return false;
            }

            BodyKind kind = head.BodyKind(answersHead: false);
            BodyKind framing = kind == BodyKind.UntilClose ? BodyKind.Chunked : kind;
            string sent = Heads.Written(output => HeadWriter.AppendResponse(output, head, bytes.AsSpan(0, length), framing, default));
            HeadFault second = Heads.JudgeResponse(sent, out ResponseHead again);
            if (second is HeadFault.HeadTooLong or HeadFault.TooManyFields)
            {
                return true;
            }

            Assert.Equal(HeadFault.None, second);
            Assert.Equal(sent.Length, sent.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4);
            Assert.Equal(head.Status, again.Status);
            Assert.Equal(Heads.Text(head.Reason.Of(bytes)), Heads.Text(again.Reason.Of(Heads.Bytes(sent))));
            Assert.Equal(framing, again.BodyKind(answersHead: false));
            Assert.Equal(framing == BodyKind.Length ? head.Fields.ContentLength : -1, framing == BodyKind.Length ? again.Fields.ContentLength : -1);
            Assert.Equal(Passing(head.Fields, bytes), Passing(again.Fields, Heads.Bytes(sent)));
            if (kind != BodyKind.None || head.Fields.ContentLength == 0)
            {
                AssertSameToAll(sent, null, Bodies.Rewrite(bytes[length..], kind, head.Fields.ContentLength, framing == BodyKind.Chunked, out string data), data);
            }

            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    /// <summary>The scanner's verdict, the same for the whole and for random pieces.</summary>
    private static (HeadFault Fault, int Length) Scan(byte[] bytes, Random random)
    {
        HeadScanner whole = default;
        HeadFault fault = whole.Find(bytes, out int length);
        HeadScanner pieces = default;
        (HeadFault Fault, int Length) found = default;
        for (int there = 0; found == default && there < bytes.Length;)
        {
            there = Math.Min(bytes.Length, there + random.Next(1, bytes.Length > 1000 ? 8000 : 64));
            found = (pieces.Find(bytes.AsSpan(0, there), out int end), end);
        }

        Assert.Equal((fault, length), found);
        return found;
    }

    /// <summary>Every reader finds one message there, with that host and that body, and nothing behind it.</summary>
    /// <param name="head">As sent.</param>
    /// <param name="host">As sent; null where that does not matter.</param>
    /// <param name="body">As sent; null where it was not whole, and a reader still waits.</param>
    /// <param name="data">Without framing.</param>
    private static void AssertSameToAll(string head, string? host, string? body, string data)
    {
        if (body is null)
        {
            return;
        }

        foreach (SloppyReader reader in SloppyReader.All)
        {
            (string start, string hosts, string read, string rest) = reader.Read(head + body);
            Assert.Equal((head[..head.IndexOf('\r', StringComparison.Ordinal)], host ?? hosts, data, ""), (start, hosts, read, rest));
        }
    }

    private static void StaysWithin(RequestHead head, int length)
    {
        for (int i = 0; i < head.Fields.Count; i++)
        {
            FieldLine line = head.Fields[i];
            Assert.InRange(line.NameStart + line.NameLength, 1, length - 2);
            Assert.InRange(line.ValueStart + line.ValueLength, line.NameStart + line.NameLength + 1, length - 2);
        }
    }

    /// <summary>All that the next reader could take from a head, but for what each hop says anew.</summary>
    private static string Meaning(RequestHead head) =>
        $"{Heads.Text(head.Method)} {Heads.Text(head.Target)} {Heads.Text(head.Authority)} {Heads.Text(head.Host)} {head.BodyKind} {head.ContentLength} "
        + $"{head.IsHead} {head.IsReplayable} {head.WantsUpgrade} {(head.WantsUpgrade ? Heads.Text(head.Fields[head.Fields.UpgradeLine].Value(head.Bytes)) : "")} "
        + $"{head.Fields.TeTrailers && !head.WantsUpgrade} {head.ExpectContinue && head.BodyKind != BodyKind.None}\n"
        + Passing(head.Fields, head.Bytes);

    private static string Passing(FieldSection fields, ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].Id == FieldId.Other)
            {
                text.Append(Heads.Text(fields[i].Name(bytes))).Append(": ").Append(Heads.Text(fields[i].Value(bytes))).Append('\n');
            }
        }

        return text.ToString();
    }
}
