using System.Net;
using System.Text.RegularExpressions;
using Locald.Proxy;
using Locald.Proxy.Http1;
using Locald.Proxy.Http2;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2;

/// <summary>Messages of HTTP/2 as they cross to HTTP/1.1: RFC 9113 §8 read once more, and what leaves us means the same to everybody.</summary>
[Trait("Inputs", "Random")]
public sealed partial class RandomFieldsTests
{
    private const string Get = ":method~GET|:scheme~https|:path~/a?b=c|:authority~app.localhost";
    private static readonly string[] Forbidden = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

    private static readonly string[] Seeds =
    [
        Text(Get + "|accept~*/*|cookie~a=b|user-agent~x|cookie~c=d"),
        Text(":authority~app.localhost:8443|:method~POST|:path~/|:scheme~http|content-length~5|te~trailers"),
        Text(":method~CONNECT|:protocol~websocket|:scheme~https|:path~/ws|:authority~app.localhost|sec-websocket-version~13|sec-websocket-key~x"),
        Text(":method~OPTIONS|:scheme~https|:path~*|host~app.localhost|expect~100-continue|x-forwarded-for~1"),
        Text(Get + "|host~APP.localhost|content-length~0|via~1.1 x|x_y~z"),
    ];

    private static readonly string[] Tokens =
    [
        .. ((string[])["|", "~", "|:path~/", "|:method~GET", "|:authority~b.localhost", "|:scheme~https", "|:protocol~websocket", "|:status~200", "|host~b.localhost", "|connection~close",
            "|transfer-encoding~chunked", "|te~gzip", "|content-length~5", "|content-length~6", "|cookie~e=f", "|upgrade~h2c", "|X~y", "|x~ y", "|x~", "|~x", "|:~x"]).Select(Text),
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", "A", "\u007f", "\u00ff", "#", "@", "/", "\r\nx: y", " HTTP/1.1\r\nHost: b.localhost\r\n\r\n", "https://b.localhost/",
    ];

    private static readonly UpstreamTarget Plain = (UpstreamTarget)Target.Parse("3000", "/");
    private static readonly ForwardedFields Client = ForwardedFields.For(IPAddress.Loopback);

    [Fact]
    public void A_request_crosses_to_HTTP_1_1_as_one_request_or_not_at_all()
    {
        RequestFields request = new();
        RequestHead head = new();
        double accepted = RandomInputs.Run(Seeds, Tokens, (bytes, random) =>
        {
            (string Name, string Value)[] fields = Fields(bytes);
            bool endStream = random.Next(2) == 0;
            request.Begin();
            foreach ((string name, string value) in fields)
            {
                request.Field(Heads.Bytes(name), Heads.Bytes(value), neverIndexed: false);
            }

            Assert.Equal(fields.Length > Limits.Fields || fields.Sum(f => f.Name.Length + f.Value.Length + 32) > Limits.Head, request.IsTooLarge);
            if (request.IsTooLarge)
            {
                return false;
            }

            byte[] text = request.Head(endStream).ToArray();
            Assert.True(IsWellFormed(fields, endStream) == (request.Malformed is null), request.Malformed);
            if (request.Malformed is not null)
            {
                Assert.Empty(text);
                return false;
            }

            HeadScanner scanner = default;
            Assert.Equal((HeadFault.None, text.Length), (scanner.Find(text, out int length), length));
            HeadFault fault = head.Parse(text);
            string[] expected = Lines(fields, endStream, out string start);
            Assert.Equal([start, .. expected], Heads.Text(text).Split("\r\n").SkipLast(2).Select(l => KeyLine().Replace(l, "sec-websocket-key: ours")));
            if (fault != HeadFault.None)
            {
                return false;
            }

            string sent = Heads.Written(output => HeadWriter.AppendRequest(output, head, Plain, 0, Client));
            string body = head.BodyKind == BodyKind.Chunked ? "3\r\nabc\r\n0\r\n\r\n" : "";
            string data = head.BodyKind == BodyKind.Chunked ? "abc" : "";
            if (head.BodyKind == BodyKind.Length)
            {
                body = data = new('x', (int)Math.Min(head.ContentLength, 100));
            }

            Assert.All(SloppyReader.All, r => Assert.Equal((start, Heads.Text(head.Authority), data, ""), r.Read(sent + body)));
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
        request.End();
        head.Dispose();
    }

    [Fact]
    public void A_trailer_section_is_fields_or_malformed()
    {
        using InputBuffer input = new(Stream.Null);
        BodyReader body = new(input);
        double accepted = RandomInputs.Run([Text("sum~7"), Text("grpc-status~0|grpc-message~all is well"), Text("x~|y~z\t z")], Tokens, (bytes, _) =>
        {
            (string Name, string Value)[] fields = Fields(bytes);
            TrailerFields trailers = new();
            foreach ((string name, string value) in fields)
            {
                trailers.Field(Heads.Bytes(name), Heads.Bytes(value), neverIndexed: false);
            }

            bool valid = fields.All(f => IsField(f.Name, f.Value) && TrailerValue().IsMatch(f.Value)) && fields.Sum(f => f.Name.Length + f.Value.Length + 32) <= Limits.Head;
            Assert.Equal(valid, !trailers.IsMalformed);
            if (!trailers.MoveTo(body))
            {
                return false;
            }

            FieldSection section = body.Trailers;
            byte[] lines = body.TrailerBytes.ToArray();
            Assert.Equal(fields.Select(f => $"{f.Name}: {f.Value.Trim(' ', '\t')}"), Enumerable.Range(0, section.Count).Select(i => $"{Heads.Text(section[i].Name(lines))}: {Heads.Text(section[i].Value(lines))}"));
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
        body.Trailers.Dispose();
    }

    [Fact]
    public void A_response_crosses_to_HTTP_1_1_as_one_response_or_not_at_all()
    {
        string[] seeds = [Text(":status~200|content-length~5|date~x"), Text(":status~404|server~x|set-cookie~a=b|set-cookie~c=d"), Text(":status~103|link~</a>"), Text(":status~204"), Text(":status~304|etag~\"x\"|content-length~9")];
        ResponseFields response = new();
        ResponseHead head = new();
        double accepted = RandomInputs.Run(seeds, [.. Tokens, Text("|:status~404"), Text("|content-length~5, 5"), "101", "099", "1000"], (bytes, random) =>
        {
            (string Name, string Value)[] fields = Fields(bytes);
            response.Begin();
            foreach ((string name, string value) in fields)
            {
                response.Field(Heads.Bytes(name), Heads.Bytes(value), neverIndexed: false);
            }

            string? key = random.Next(4) == 0 ? "key" : null;
            byte[] text = response.Head(key).ToArray();
            string[]? lines = NaiveFields.Read(string.Concat(fields.Where(f => f.Name == "content-length").Select(f => $"{f.Name}:{f.Value}\r\n")));
            bool valid = fields[0].Name == ":status" && Status().IsMatch(fields[0].Value) && fields[0].Value != "101" && lines is not null
                && fields[1..].All(f => IsField(f.Name, f.Value)) && fields.Sum(f => f.Name.Length + f.Value.Length + 32) <= Limits.Head && fields.Length <= Limits.Fields + 1;
            Assert.True(valid == (response.Malformed is null), response.Malformed);
            if (!valid)
            {
                return false;
            }

            HeadScanner scanner = default;
            Assert.Equal((HeadFault.None, text.Length), (scanner.Find(text, out int length), length));
            bool switched = key is not null && fields[0].Value[0] == '2';
            int status = switched ? 101 : int.Parse(fields[0].Value, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(
                [$"HTTP/1.1 {status} {ReasonPhrases.Of(status)}", .. fields[1..].Select(f => $"{f.Name}: {f.Value}"),
                    .. switched ? (string[])["connection: upgrade", "upgrade: websocket", "sec-websocket-accept: key"] : []],
                Heads.Text(text).Split("\r\n").SkipLast(2));
            HeadFault fault = head.Parse(text);
            if (fault != HeadFault.None || head.BodyKind(answersHead: false) is not (BodyKind.Length or BodyKind.UntilClose))
            {
                return fault == HeadFault.None;
            }

            Assert.Equal(response.ContentLength, head.Fields.ContentLength);
            bool chunked = head.Fields.ContentLength < 0;
            string data = new('x', chunked ? 3 : (int)Math.Min(head.Fields.ContentLength, 100));
            string sent = Heads.Written(output => HeadWriter.AppendResponse(output, head, text, chunked ? BodyKind.Chunked : BodyKind.Length, default)) + (chunked ? $"3\r\n{data}\r\n0\r\n\r\n" : data);
            Assert.All(SloppyReader.All, reader => Assert.Equal((data, ""), (reader.Read(sent).Body, reader.Read(sent).Left)));
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
        response.End();
        head.Fields.Dispose();
    }

    [Fact]
    public void A_frame_header_and_settings_are_read_as_the_specification_says()
    {
        string[] seeds = ["\u0000\u0003\u0000\u0000\u0001\u0000", "\u0000\u0004\u0000\u0000\u00ff\u00ff\u0000\u0005\u0000\u0000\u0040\u0000", "\u0000\u0002\u0000\u0000\u0000\u0000\u0000\u0008\u0000\u0000\u0000\u0001\u000a\u000a\u0001\u0002\u0003\u0004", ""];
        string[] tokens = ["\u0000\u0002\u0000\u0000\u0000\u0001", "\u0000\u0004\u0080\u0000\u0000\u0000", "\u0000\u0005\u0000\u00ff\u00ff\u00ff", "\u0000\u0008\u0000\u0000\u0000\u0000", "\u0000", "\u0001", "\u00ff", "\u007f"];
        double accepted = RandomInputs.Run(seeds, tokens, (bytes, _) =>
        {
            Assert.Equal(bytes.Length >= FrameHeader.Size, FrameHeader.TryParse(bytes, out FrameHeader header));
            if (bytes.Length >= FrameHeader.Size)
            {
                byte[] written = new byte[FrameHeader.Size];
                header.Write(written);
                byte[] plain = bytes[..FrameHeader.Size];
                plain[5] &= 127;
                Assert.Equal(plain, written);
            }

            PeerSettings settings = new();
            Http2ErrorCode error = settings.Apply(bytes);
            Assert.Equal(SettingsError(bytes), error);
            Assert.InRange(settings.MaxFrameSize, 16_384, 16_777_215);
            Assert.InRange(settings.InitialWindowSize, 0, int.MaxValue);
            return error == Http2ErrorCode.NoError;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    /// <summary>Tildes and bars stand for two controls, so that mutations can put either anywhere else.</summary>
    private static string Text(string fields) => fields.Replace('|', '\u001e').Replace('~', '\u001f');

    private static (string Name, string Value)[] Fields(byte[] bytes) =>
        [.. Heads.Text(bytes).Split('\u001e').Select(f => f.Split('\u001f', 2)).Select(f => (f[0], f.Length > 1 ? f[1] : ""))];

    private static bool IsWellFormed((string Name, string Value)[] fields, bool endStream)
    {
        (string Name, string Value)[] pseudo = [.. fields.TakeWhile(f => f.Name.StartsWith(':'))], regular = fields[pseudo.Length..];
        if (pseudo.DistinctBy(f => f.Name).Count() < pseudo.Length || !regular.All(f => IsField(f.Name, f.Value)))
        {
            return false;
        }

        Dictionary<string, string> control = pseudo.ToDictionary(f => f.Name, f => f.Value);
        string? method = control.GetValueOrDefault(":method"), authority = control.GetValueOrDefault(":authority"), protocol = control.GetValueOrDefault(":protocol");
        string[] hosts = [.. regular.Where(f => f.Name == "host").Select(f => f.Value)];
        bool path = control.TryGetValue(":path", out string? p), scheme = control.TryGetValue(":scheme", out string? s);
        return pseudo.All(f => f.Name is ":method" or ":path" or ":authority" or ":scheme" or ":protocol" && Visible().IsMatch(f.Value))
            && method is not null && Token().IsMatch(method)
            && (!path || p![0] == '/' || p == "*")
            && (!scheme || s!.ToLowerInvariant() is "http" or "https")
            && (hosts.Length == 0 || (hosts.Length == 1 && (authority is null || hosts[0].Equals(authority, StringComparison.OrdinalIgnoreCase))))
            && (protocol is null || (method == "CONNECT" && !endStream && regular.All(f => f.Name != "content-length")))
            && (method == "CONNECT" && protocol is null ? !scheme && !path && (authority ?? hosts.FirstOrDefault()) is { Length: > 0 } : scheme && path);
    }

    private static bool IsField(string name, string value) => LowerToken().IsMatch(name) && Value().IsMatch(value) && !Forbidden.Contains(name)
        && (name != "te" || value.Equals("trailers", StringComparison.OrdinalIgnoreCase));

    /// <summary>The request of HTTP/1.1 that it stands for.</summary>
    private static string[] Lines((string Name, string Value)[] fields, bool endStream, out string start)
    {
        string Of(string name) => fields.FirstOrDefault(f => f.Name == name).Value ?? "";
        bool tunnel = Of(":protocol").Length > 0;
        string authority = Of(":authority") is { Length: > 0 } said ? said : Of("host");
        start = $"{(tunnel ? "GET" : Of(":method"))} {(Of(":method") == "CONNECT" && !tunnel ? authority : Of(":path"))} HTTP/1.1";
        List<string> lines = authority.Length > 0 ? [$"host: {authority}"] : [];
        lines.AddRange(fields.Where(f => !f.Name.StartsWith(':') && f.Name is not ("host" or "cookie") && !(tunnel && f.Name == "sec-websocket-key")).Select(f => $"{f.Name}: {f.Value}"));
        string cookie = string.Join("; ", fields.Where(f => f.Name == "cookie").Select(f => f.Value).SkipWhile(v => v.Length == 0));
        lines.AddRange(cookie.Length > 0 ? [$"cookie: {cookie}"] : []);
        lines.AddRange(tunnel ? ["connection: upgrade", "upgrade: websocket", "sec-websocket-key: ours"] : []);
        lines.AddRange(!tunnel && !endStream && fields.All(f => f.Name != "content-length") ? ["transfer-encoding: chunked"] : []);
        return [.. lines];
    }

    /// <summary>RFC 9113 §6.5.2 and RFC 8441 §3.</summary>
    private static Http2ErrorCode SettingsError(byte[] bytes)
    {
        bool connect = false;
        foreach (byte[] setting in bytes.Length % 6 == 0 ? bytes.Chunk(6) : [])
        {
            uint value = (uint)((setting[2] << 24) | (setting[3] << 16) | (setting[4] << 8) | setting[5]);
            Http2ErrorCode error = ((setting[0] << 8) | setting[1]) switch
            {
                2 when value > 1 => Http2ErrorCode.ProtocolError,
                4 when value > 0x7fffffff => Http2ErrorCode.FlowControlError,
                5 when value is < 16_384 or > 16_777_215 => Http2ErrorCode.ProtocolError,
                8 when value > 1 || (connect && value == 0) => Http2ErrorCode.ProtocolError,
                _ => Http2ErrorCode.NoError,
            };
            if (error != Http2ErrorCode.NoError)
            {
                return error;
            }

            connect |= setting[0] == 0 && setting[1] == 8 && value == 1;
        }

        return bytes.Length % 6 == 0 ? Http2ErrorCode.NoError : Http2ErrorCode.FrameSizeError;
    }

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9a-z]+\z")]
    private static partial Regex LowerToken();

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+\z")]
    private static partial Regex Token();

    [GeneratedRegex(@"\A[1-9][0-9]{2}\z")]
    private static partial Regex Status();

    [GeneratedRegex(@"\A[\x21-\x7e]+\z")]
    private static partial Regex Visible();

    [GeneratedRegex(@"\A(?![ \t])[^\0\r\n]*(?<![ \t])\z")]
    private static partial Regex Value();

    [GeneratedRegex(@"\A[\t\x20-\x7e\x80-\xff]*\z")]
    private static partial Regex TrailerValue();

    /// <summary>The key that we make: any of 24 characters.</summary>
    [GeneratedRegex(@"^sec-websocket-key: [A-Za-z0-9+/]{22}==$")]
    private static partial Regex KeyLine();
}
