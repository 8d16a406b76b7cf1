using Locald.Proxy;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Http1;

namespace Locald.Tests.Proxy.Messages;

/// <summary>Everything that a message of HTTP/1.1 is refused for, each with the nearest that is not. Requests, responses, chunked bodies.</summary>
public sealed class RefusalTests
{
    /// <summary>Found by other means: a limit of time, the end of the connection, and what only HTTP/2 can ask for.</summary>
    private static readonly HeadFault[] Elsewhere = [HeadFault.None, HeadFault.TimedOut, HeadFault.BodyCutShort, HeadFault.Protocol];

    private static readonly (HeadFault Fault, string Refused, string Taken)[] Requests =
    [
        (HeadFault.StartLine, Line("GET /"), Line("GET / HTTP/1.1")),
        (HeadFault.StartLine, Line("GET\t/\tHTTP/1.1"), Line("GET /\\t HTTP/1.1")),
        (HeadFault.Method, Line("G(T / HTTP/1.1"), Line("G!T / HTTP/1.1")),
        (HeadFault.Target, Line("GET * HTTP/1.1"), Line("OPTIONS * HTTP/1.1")),
        (HeadFault.Target, Line("GET /a#b HTTP/1.1"), Line("GET /a%23b HTTP/1.1")),
        (HeadFault.Target, Line("GET /a b HTTP/1.1"), Line("GET /a%20b HTTP/1.1")),
        (HeadFault.Target, Line("GET https://me@app.localhost/ HTTP/1.1"), Line("GET https://app.localhost/ HTTP/1.1")),
        (HeadFault.TargetTooLong, Line($"GET /{new string('a', Limits.Target)} HTTP/1.1"), Line($"GET /{new string('a', Limits.Target - 1)} HTTP/1.1")),
        (HeadFault.Version, Line("GET / HTTP/1.10"), Line("GET / HTTP/1.1")),
        (HeadFault.VersionNotSupported, Line("GET / HTTP/2.0"), Line("GET / HTTP/1.2")),
        (HeadFault.MethodNotAllowed, Line("TRACE / HTTP/1.1"), Line("trace / HTTP/1.1")),
        (HeadFault.HostMissing, Heads.Lines("GET / HTTP/1.1"), Heads.Lines("GET / HTTP/1.0")),
        (HeadFault.HostRepeated, Heads.Get("Host: app.localhost"), Heads.Get("X-Host: app.localhost")),
        (HeadFault.Host, Heads.Lines("GET / HTTP/1.1", "Host: app.localhost,b.localhost"), Heads.Lines("GET / HTTP/1.1", "Host: app.localhost:1")),
        (HeadFault.Host, Heads.Lines("GET / HTTP/1.1", "Host:"), Heads.Lines("GET / HTTP/1.1", "Host:a")),
        (HeadFault.HostAgainstTarget, Line("GET https://b.localhost/ HTTP/1.1"), Line("GET https://APP.localhost/ HTTP/1.1")),
        (HeadFault.TransferEncodingInHttp10, Heads.Lines("POST / HTTP/1.0", "Host: a", "Transfer-Encoding: chunked"), Heads.Lines("POST / HTTP/1.0", "Host: a", "Content-Length: 5")),
        (HeadFault.Expectation, Heads.Post("Expect: 101-continue"), Heads.Post("Expect: 100-Continue")),
        .. Fields(lines => Heads.Post(lines)),
    ];

    private static readonly (HeadFault Fault, string Refused, string Taken)[] Responses =
    [
        (HeadFault.StartLine, Heads.Lines("HTTP/2.0 200 OK"), Heads.Lines("HTTP/1.0 200 OK")),
        (HeadFault.StartLine, Heads.Lines("HTTP/1.1 200 O\0K"), Heads.Lines("HTTP/1.1 200 O\tK")),
        (HeadFault.StartLine, Heads.Lines("HTTP/1.1 200 O\rK"), Heads.Lines("HTTP/1.1 200 O K")),
        (HeadFault.StatusCode, Heads.Lines("HTTP/1.1 2000"), Heads.Lines("HTTP/1.1 200")),
        (HeadFault.StatusCode, Heads.Lines("HTTP/1.1 099 x"), Heads.Lines("HTTP/1.1 100 x")),
        (HeadFault.TransferEncodingInHttp10, Heads.Lines("HTTP/1.0 200 OK", "Transfer-Encoding: chunked"), Heads.Lines("HTTP/1.0 200 OK", "Content-Length: 5")),
        .. Fields(lines => Heads.Lines(["HTTP/1.1 200 OK", .. lines])),
    ];

    private static readonly (HeadFault Fault, string Refused, string Taken)[] Bodies =
    [
        (HeadFault.Chunk, "5\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        (HeadFault.Chunk, "5\r\nhello\n0\r\n\r\n", "5\r\nhell\n\r\n0\r\n\r\n"),
        (HeadFault.Chunk, "5 \r\nhello\r\n0\r\n\r\n", "5 ;\r\nhello\r\n0\r\n\r\n"),
        (HeadFault.Chunk, "0x5\r\nhello\r\n0\r\n\r\n", "05\r\nhello\r\n0\r\n\r\n"),
        (HeadFault.Chunk, "-1\r\n", "1;-1\r\na\r\n0\r\n\r\n"),
        (HeadFault.Chunk, "5;\n\r\nhello\r\n0\r\n\r\n", "5;\t\r\nhello\r\n0\r\n\r\n"),
        (HeadFault.ChunkTooLong, "0000000000000005\r\nhello\r\n0\r\n\r\n", "000000000000005\r\nhello\r\n0\r\n\r\n"),
        (HeadFault.ChunkTooLong, $"0;{new string('a', Limits.ChunkLine)}\r\n\r\n", $"0;{new string('a', Limits.ChunkLine - 4)}\r\n\r\n"),
        (HeadFault.Trailer, "0\r\nA : b\r\n\r\n", "0\r\nA: b\r\n\r\n"),
        (HeadFault.Trailer, "0\r\nA: b\n\r\n", "0\r\nA:b\r\n\r\n"),
        (HeadFault.Trailer, "0\r\nA: b\r\n c\r\n\r\n", "0\r\nA: b\r\nc:\r\n\r\n"),
        (HeadFault.HeadTooLong, $"0\r\nA:{new string('a', Limits.Head)}\r\n\r\n", $"0\r\nA:{new string('a', Limits.Head - 6)}\r\n\r\n"),
    ];

    [Fact]
    public void A_request_is_refused_for_each_and_its_nearest_neighbour_is_taken() => AssertEach(Requests, Heads.Judge);

    [Fact]
    public void So_is_a_response() => AssertEach(Responses, text => Heads.JudgeResponse(text, out _));

    [Fact]
    public void So_is_a_chunked_body()
    {
        AssertEach(Bodies, text => Chunks.Decode(text).Fault);
        Assert.All(Bodies, row => Assert.Equal("End", Chunks.Decode(row.Taken).Outcome));
    }

    [Fact]
    public void No_fault_is_left_out() => Assert.Equal(
        Enum.GetValues<HeadFault>().Except(Elsewhere).Order(), Requests.Concat(Responses).Concat(Bodies).Select(row => row.Fault).Distinct().Order());

    private static void AssertEach((HeadFault Fault, string Refused, string Taken)[] rows, Func<string, HeadFault> judge)
    {
        Assert.All(rows, row => Assert.Equal((row.Fault, HeadFault.None), (judge(row.Refused), judge(row.Taken))));
    }

    private static string Line(string line) => Heads.Lines(line, "Host: app.localhost");

    /// <summary>What holds for the field lines of requests and responses alike.</summary>
    private static IEnumerable<(HeadFault Fault, string Refused, string Taken)> Fields(Func<string[], string> head)
    {
        string most = new('x', Limits.Head - head(["X:"]).Length);
        string[] many = [.. Enumerable.Repeat("X: y", Limits.Fields - 1)];
        (HeadFault Fault, string[] Refused, string[] Taken)[] rows =
        [
            (HeadFault.BareLineFeed, ["X: y\nZ: z"], ["X: y", "Z: z"]),
            (HeadFault.BareCarriageReturn, ["X: y\rZ: z"], ["X: y Z: z"]),
            (HeadFault.FoldedLine, ["X: y", " z"], ["X: y", "z:"]),
            (HeadFault.FoldedLine, [" X: y"], ["X: y"]),
            (HeadFault.FieldName, ["X"], ["X:"]),
            (HeadFault.FieldName, [": y"], ["X: y"]),
            (HeadFault.FieldName, ["X\0: y"], ["X!: y"]),
            (HeadFault.SpaceBeforeColon, ["Content-Length : 5"], ["Content-Length: 5"]),
            (HeadFault.SpaceBeforeColon, ["X\t: y"], ["X:\ty"]),
            (HeadFault.FieldValue, ["X: a\0b"], ["X: a\tb"]),
            (HeadFault.FieldValue, ["X: \u007f"], ["X: \u0080"]),
            (HeadFault.TooManyFields, [.. many, "X: y", "X: y"], [.. many]),
            (HeadFault.TooManyFields, ["Connection: " + string.Join(',', Enumerable.Range(0, Limits.Nominated + 1))], ["Connection: " + string.Join(',', Enumerable.Range(0, Limits.Nominated))]),
            (HeadFault.HeadTooLong, [$"X:{most}x"], [$"X:{most}"]),
            (HeadFault.ContentLength, ["Content-Length: +5"], ["Content-Length: 5"]),
            (HeadFault.ContentLength, ["Content-Length: 5,"], ["Content-Length: 5,5"]),
            (HeadFault.ContentLength, ["Content-Length:"], ["Content-Length: 0"]),
            (HeadFault.ContentLength, ["Content-Length: 9223372036854775808"], ["Content-Length: 922337203685477580"]),
            (HeadFault.ContentLengthsDiffer, ["Content-Length: 5", "Content-Length: 6"], ["Content-Length: 5", "Content-Length: 5"]),
            (HeadFault.ContentLengthsDiffer, ["Content-Length: 5, 6"], ["Content-Length: 5, 5"]),
            (HeadFault.LengthAndEncoding, ["Content-Length: 5", "Transfer-Encoding: chunked"], ["Content-Length: 5", "TE: chunked"]),
            (HeadFault.LengthAndEncoding, ["Transfer-Encoding: chunked", "Content-Length: 5"], ["Transfer-Encoding: chunked"]),
            (HeadFault.TransferEncoding, ["Transfer-Encoding: identity"], ["Transfer-Encoding: CHUNKED"]),
            (HeadFault.TransferEncoding, ["Transfer-Encoding: chunked, gzip"], ["Transfer-Encoding: chunked"]),
            (HeadFault.TransferEncoding, ["Transfer-Encoding: chunked, chunked"], ["Transfer-Encoding:chunked"]),
            (HeadFault.TransferEncoding, ["Transfer-Encoding: xchunked"], ["Transfer-Encoding:\tchunked"]),
            (HeadFault.TransferEncoding, ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked", "X: chunked"]),
            (HeadFault.TransferEncodingUnknown, ["Transfer-Encoding: gzip, chunked"], ["Transfer-Encoding: chunked"]),
        ];
        return rows.Select(row => (row.Fault, head(row.Refused), head(row.Taken)));
    }
}
