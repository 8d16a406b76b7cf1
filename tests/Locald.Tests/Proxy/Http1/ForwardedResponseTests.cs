using System.Globalization;
using System.Text.RegularExpressions;
using Locald.Proxy;
using Locald.Proxy.Http1;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

public sealed partial class ForwardedResponseTests
{
    private const string Date = "Date: Tue, 15 Nov 1994 08:12:31 GMT";

    private static string Forward(string head, BodyKind framing, string connection = "") => Heads.Written(output =>
        HeadWriter.AppendResponse(output, Heads.Response(head), Heads.Bytes(head), framing, Heads.Bytes(connection)));

    [Fact]
    public void A_response_is_written_anew_byte_for_byte() => Assert.Equal(
        $"HTTP/1.1 200 Fine\r\n{Date}\r\nset-cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 5\r\n\r\n",
        Forward(Heads.Lines("HTTP/1.0 200 Fine", Date, "Content-Length: 005", "set-cookie:a=b ", "Set-Cookie: c=d"), BodyKind.Length));

    [Fact]
    public void A_missing_reason_stays_missing_and_its_space_is_added() =>
        Assert.Equal($"HTTP/1.1 200 \r\n{Date}\r\nContent-Length: 0\r\n\r\n", Forward(Heads.Lines("HTTP/1.1 200", "Content-Length: 0", Date), BodyKind.None));

    [Theory]
    [InlineData("Connection: close")]
    [InlineData("Connection: x-secret\r\nX-Secret: 1")]
    [InlineData("Keep-Alive: timeout=5")]
    [InlineData("Proxy-Connection: close")]
    [InlineData("Proxy-Authenticate: Basic")]
    [InlineData("Upgrade: h2,h2c")]
    [InlineData("Transfer_Encoding: chunked")]
    [InlineData("Content_Length: 7")]
    public void Fields_of_the_upstreams_hop_alone_go_no_further(string lines) => Assert.Equal(
        $"HTTP/1.1 200 OK\r\n{Date}\r\nContent-Length: 5\r\n\r\n",
        Forward(Heads.Lines("HTTP/1.1 200 OK", lines, "Content-Length: 5", Date), BodyKind.Length));

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "Chunked", "", "Transfer-Encoding: chunked\r\n")]
    [InlineData("X: y", "Chunked", "", "X: y\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked", "UntilClose", "close", "Connection: close\r\n")]
    [InlineData("Content-Length: 5", "Length", "keep-alive", "Content-Length: 5\r\nConnection: keep-alive\r\n")]
    [InlineData("Content-Length: 5", "None", "", "Content-Length: 5\r\n")]
    [InlineData("Content-Length: 0", "None", "", "Content-Length: 0\r\n")]
    [InlineData("Transfer-Encoding: chunked", "None", "", "")]
    public void Framing_is_said_for_this_hop(string line, string framing, string connection, string written) => Assert.Equal(
        $"HTTP/1.1 200 OK\r\n{Date}\r\n{written}\r\n",
        Forward(Heads.Lines("HTTP/1.1 200 OK", Date, line), Enum.Parse<BodyKind>(framing), connection));

    [Fact]
    public void A_204_says_nothing_of_a_body_and_a_304_what_it_was_told()
    {
        Assert.Equal($"HTTP/1.1 204 x\r\n{Date}\r\nConnection: close\r\n\r\n", Forward(Heads.Lines("HTTP/1.1 204 x", Date, "Content-Length: 0"), BodyKind.None, "close"));
        Assert.Equal($"HTTP/1.1 304 x\r\n{Date}\r\nContent-Length: 9\r\n\r\n", Forward(Heads.Lines("HTTP/1.1 304 x", Date, "Content-Length: 9"), BodyKind.None));
        Assert.Equal($"HTTP/1.1 304 x\r\n{Date}\r\n\r\n", Forward(Heads.Lines("HTTP/1.1 304 x", Date), BodyKind.None));
    }

    [Fact]
    public void Interim_responses_pass_without_framing_connection_and_date()
    {
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Forward("HTTP/1.1 100 Continue\r\n\r\n", BodyKind.None));
        Assert.Equal(
            "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
            Forward(Heads.Lines("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload", "Content-Length: 3", "Connection: close"), BodyKind.None));
    }

    [Fact]
    public void A_101_names_the_protocol_that_was_agreed_upon() => Assert.Equal(
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        Forward(Heads.Lines("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: x"), BodyKind.None));

    [Fact]
    public void A_response_without_a_date_gets_one()
    {
        string sent = Forward(Heads.Lines("HTTP/1.1 200 OK", "Content-Length: 0"), BodyKind.None);
        AssertNow(Assert.Single(DateLine().Matches(sent)).Value);
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", DateLine().Replace(sent, ""));
    }

    [Fact]
    public void A_date_is_written_as_RFC_9110_5_6_7_has_it()
    {
        DateTimeOffset time = new(1994, 11, 6, 10, 49, 37, TimeSpan.FromHours(2));
        Assert.Equal("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", Heads.Text(DateField.At(time)));
        Assert.Equal("Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n", Heads.Text(DateField.At(time.AddSeconds(1))));
        Assert.Equal("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", Heads.Text(DateField.At(time)));
    }

    [Theory]
    [InlineData(200, "", "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 3\r\n\r\n")]
    [InlineData(404, "close", "HTTP/1.1 404 Not Found\r\nX: y\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")]
    [InlineData(204, "", "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n")]
    [InlineData(304, "keep-alive", "HTTP/1.1 304 Not Modified\r\nX: y\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData(299, "", "HTTP/1.1 299 \r\nX: y\r\nContent-Length: 3\r\n\r\n")]
    public void A_response_of_our_own_says_length_date_and_what_becomes_of_the_connection(int status, string connection, string written)
    {
        using LocalResponse response = new(status) { Body = "abc"u8.ToArray() };
        response.Fields.Add(("X", "y"));
        string sent = Heads.Written(output => HeadWriter.AppendLocal(output, response, chunked: false, Heads.Bytes(connection)));
        AssertNow(Assert.Single(DateLine().Matches(sent)).Value);
        Assert.Equal(written, DateLine().Replace(sent, ""));
    }

    [Fact]
    public void Every_status_that_a_fault_leads_to_has_a_reason_phrase() =>
        Assert.All(Enum.GetValues<HeadFault>(), f => Assert.NotEmpty(ReasonPhrases.Of(f.Status())));

    private static void AssertNow(string line)
    {
        DateTimeOffset date = DateTimeOffset.ParseExact(line["Date: ".Length..].TrimEnd(), "R", CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.UtcNow - date, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
    }

    [GeneratedRegex(@"Date: [^\r]*\r\n")]
    private static partial Regex DateLine();
}
