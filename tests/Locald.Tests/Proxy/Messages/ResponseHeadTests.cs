using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK", 200, "OK", false)]
    [InlineData("HTTP/1.0 404 Not Found", 404, "Not Found", true)]
    [InlineData("HTTP/1.1 200 ", 200, "", false)]
    [InlineData("HTTP/1.1 200", 200, "", false)]
    [InlineData("HTTP/1.1 100 Continue", 100, "Continue", false)]
    [InlineData("HTTP/1.1 999 \u00fc  \t.", 999, "\u00fc  \t.", false)]
    [InlineData("HTTP/1.1 200  two", 200, " two", false)]
    [InlineData("HTTP/1.2 200 OK", 200, "OK", false)]
    public void A_status_line_is_read(string line, int status, string reason, bool http10)
    {
        string text = Heads.Lines(line, "X: y");
        ResponseHead head = Heads.Response(text);
        Assert.Equal((status, reason, http10), (head.Status, Heads.Text(head.Reason.Of(Heads.Bytes(text))), head.IsHttp10));
    }

    [Theory]
    [InlineData("", HeadFault.StartLine)]
    [InlineData("HTTP/1.1", HeadFault.StartLine)]
    [InlineData("HTTP/1.1 ", HeadFault.StartLine)]
    [InlineData("HTTP/1.1 20", HeadFault.StartLine)]
    [InlineData("HTTP/2.0 200 OK", HeadFault.StartLine)]
    [InlineData("HTTP/2 200 OK", HeadFault.StartLine)]
    [InlineData("HTTP/0.9 200 OK", HeadFault.StartLine)]
    [InlineData("http/1.1 200 OK", HeadFault.StartLine)]
    [InlineData("ICY 200 OK  ", HeadFault.StartLine)]
    [InlineData(" HTTP/1.1 200 OK", HeadFault.StartLine)]
    [InlineData("HTTP/1.1\t200 OK", HeadFault.StartLine)]
    [InlineData("HTTP/1.1  200 OK", HeadFault.StatusCode)]
    [InlineData("HTTP/1.1 2000 OK", HeadFault.StatusCode)]
    [InlineData("HTTP/1.1 200OK", HeadFault.StatusCode)]
    [InlineData("HTTP/1.1 200\tOK", HeadFault.StatusCode)]
    [InlineData("HTTP/1.1 099 x", HeadFault.StatusCode)]
    [InlineData("HTTP/1.1 000 x", HeadFault.StatusCode)]
    [InlineData("HTTP/1.1 +20 x", HeadFault.StatusCode)]
    [InlineData("HTTP/1.1 2x0 x", HeadFault.StatusCode)]
    [InlineData("HTTP/1.1 200 a\rb", HeadFault.StartLine)]
    [InlineData("HTTP/1.1 200 a\u0000b", HeadFault.StartLine)]
    [InlineData("HTTP/1.1 200 a\u001bb", HeadFault.StartLine)]
    [InlineData("HTTP/1.1 200 \u007f", HeadFault.StartLine)]
    public void A_malformed_status_line_is_refused(string line, HeadFault fault) =>
        Assert.Equal(fault, Heads.JudgeResponse(Heads.Lines(line, "Content-Length: 0"), out _));

    [Theory]
    [InlineData("Content-Length: 5", "Content-Length: 6", HeadFault.ContentLengthsDiffer)]
    [InlineData("Content-Length: 5, 6", "X: y", HeadFault.ContentLengthsDiffer)]
    [InlineData("Content-Length: -1", "X: y", HeadFault.ContentLength)]
    [InlineData("Content-Length:", "X: y", HeadFault.ContentLength)]
    [InlineData("Content-Length: 5", "Transfer-Encoding: chunked", HeadFault.LengthAndEncoding)]
    [InlineData("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", HeadFault.TransferEncoding)]
    [InlineData("Transfer-Encoding: chunked, gzip", "X: y", HeadFault.TransferEncoding)]
    [InlineData("Transfer-Encoding: gzip, chunked", "X: y", HeadFault.TransferEncodingUnknown)]
    [InlineData("Transfer-Encoding: identity", "X: y", HeadFault.TransferEncoding)]
    [InlineData("Transfer-Encoding : chunked", "X: y", HeadFault.SpaceBeforeColon)]
    [InlineData("X: y", "\tz", HeadFault.FoldedLine)]
    public void Framing_that_could_be_read_differently_is_refused(string one, string two, HeadFault fault) =>
        Assert.Equal(fault, Heads.JudgeResponse(Heads.Lines("HTTP/1.1 200 OK", one, two), out _));

    [Fact]
    public void A_transfer_coding_in_1_0_is_refused() => Assert.Equal(
        HeadFault.TransferEncodingInHttp10, Heads.JudgeResponse(Heads.Lines("HTTP/1.0 200 OK", "Transfer-Encoding: chunked"), out _));

    [Fact]
    public void A_field_that_only_requests_have_is_no_fault_in_a_response() =>
        Assert.Equal(200, Heads.Response(Heads.Lines("HTTP/1.1 200 OK", "Expect: anything", "TE: x", "Host: x")).Status);

    [Theory]
    [InlineData(200, "Content-Length: 5", "Length")]
    [InlineData(200, "Content-Length: 0", "None")]
    [InlineData(200, "Content-Length: 5, 5", "Length")]
    [InlineData(200, "Transfer-Encoding: chunked", "Chunked")]
    [InlineData(200, "X: y", "UntilClose")]
    [InlineData(205, "X: y", "UntilClose")]
    [InlineData(404, "X: y", "UntilClose")]
    [InlineData(204, "X: y", "None")]
    [InlineData(204, "Content-Length: 5", "None")]
    [InlineData(204, "Transfer-Encoding: chunked", "None")]
    [InlineData(304, "X: y", "None")]
    [InlineData(304, "Content-Length: 5", "None")]
    [InlineData(304, "Transfer-Encoding: chunked", "None")]
    [InlineData(100, "Content-Length: 5", "None")]
    [InlineData(101, "X: y", "None")]
    [InlineData(103, "Transfer-Encoding: chunked", "None")]
    public void Where_the_body_ends_follows_RFC_9112_6_3(int status, string line, string kind)
    {
        ResponseHead head = Heads.Response(Heads.Lines($"HTTP/1.1 {status} x", line));
        Assert.Equal(kind, head.BodyKind(answersHead: false).ToString());
        Assert.Equal(BodyKind.None, head.BodyKind(answersHead: true));
        Assert.Equal(status < 200, head.IsInformational);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", "X: y", true)]
    [InlineData("HTTP/1.1 200 OK", "Connection: close", false)]
    [InlineData("HTTP/1.1 200 OK", "Connection: keep-alive, CLOSE", false)]
    [InlineData("HTTP/1.0 200 OK", "X: y", false)]
    [InlineData("HTTP/1.0 200 OK", "Connection: Keep-Alive", true)]
    [InlineData("HTTP/1.1 204 x", "X: y", true)]
    [InlineData("HTTP/1.1 204 x", "Content-Length: 0", true)]
    [InlineData("HTTP/1.1 204 x", "Content-Length: 5", false)]
    [InlineData("HTTP/1.1 204 x", "Transfer-Encoding: chunked", false)]
    [InlineData("HTTP/1.1 304 x", "Content-Length: 5", true)]
    public void Whether_the_connection_can_be_used_again_follows_from_the_head(string line, string field, bool keepAlive) =>
        Assert.Equal(keepAlive, Heads.Response(Heads.Lines(line, field)).KeepAlive);

    [Fact]
    public void One_instance_reads_one_head_after_the_other()
    {
        ResponseHead head = Heads.Response(Heads.Lines("HTTP/1.0 500 Down", "Connection: close", "Content-Length: 5", "Date: x", "Upgrade: y"));
        Assert.Equal(HeadFault.None, head.Parse(Heads.Bytes("HTTP/1.1 200\r\n\r\n")));
        Assert.Equal((200, 0, false, true), (head.Status, head.Reason.Length, head.IsHttp10, head.KeepAlive));
        Assert.Equal((0, -1L, -1, false), (head.Fields.Count, head.Fields.ContentLength, head.Fields.UpgradeLine, head.Fields.HasDate));
    }
}
