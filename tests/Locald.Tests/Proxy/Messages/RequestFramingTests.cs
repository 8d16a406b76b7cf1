using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

public sealed class RequestFramingTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 5)]
    [InlineData("005", 5)]
    [InlineData("\t5 ", 5)]
    [InlineData("5, 5", 5)]
    [InlineData("5 ,\t5,05", 5)]
    [InlineData("9223372036854775799", 9223372036854775799)]
    [InlineData("00000000000000000000000000000000000000007", 7)]
    public void A_length_of_digits_is_read(string value, long length)
    {
        RequestHead head = Heads.Request(Heads.Post($"Content-Length: {value}"));
        Assert.Equal(length, head.ContentLength);
        Assert.Equal(length > 0 ? BodyKind.Length : BodyKind.None, head.BodyKind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+5")]
    [InlineData("-5")]
    [InlineData("-0")]
    [InlineData("5.0")]
    [InlineData("5e1")]
    [InlineData("0x5")]
    [InlineData("5 5")]
    [InlineData("5;5")]
    [InlineData("\"5\"")]
    [InlineData("5,")]
    [InlineData(",5")]
    [InlineData("5,,5")]
    [InlineData(",")]
    [InlineData("5, x")]
    [InlineData("\u00a05")]
    [InlineData("\u00b2")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551621")]
    [InlineData("99999999999999999999999")]
    public void A_length_of_anything_else_is_refused(string value) =>
        Assert.Equal(HeadFault.ContentLength, Heads.Judge(Heads.Post($"Content-Length: {value}")));

    [Theory]
    [InlineData("5", "6")]
    [InlineData("5", "0")]
    [InlineData("0", "5")]
    [InlineData("5, 6", "5")]
    [InlineData("5", "5, 6")]
    public void Lengths_that_differ_are_refused(string one, string two) =>
        Assert.Equal(HeadFault.ContentLengthsDiffer, Heads.Judge(Heads.Post($"Content-Length: {one}", $"content-length: {two}")));

    [Theory]
    [InlineData("5", "5")]
    [InlineData("5", "05")]
    [InlineData("0", "0, 0")]
    public void Lengths_that_agree_are_one(string one, string two)
    {
        RequestHead head = Heads.Request(Heads.Post($"Content-Length: {one}", $"Content-Length: {two}"));
        Assert.Equal(long.Parse(one), head.ContentLength);
    }

    [Fact]
    public void A_bad_length_behind_a_good_one_is_refused() =>
        Assert.Equal(HeadFault.ContentLength, Heads.Judge(Heads.Post("Content-Length: 5", "Content-Length: x")));

    [Theory]
    [InlineData("chunked")]
    [InlineData("Chunked")]
    [InlineData("CHUNKED")]
    [InlineData("\tchunked\t ")]
    public void Chunked_alone_is_understood(string value)
    {
        RequestHead head = Heads.Request(Heads.Post($"Transfer-Encoding: {value}"));
        Assert.Equal(BodyKind.Chunked, head.BodyKind);
        Assert.Equal(-1, head.ContentLength);
    }

    [Theory]
    [InlineData("", HeadFault.TransferEncoding)]
    [InlineData("chunked,", HeadFault.TransferEncoding)]
    [InlineData(", chunked", HeadFault.TransferEncoding)]
    [InlineData(",chunked", HeadFault.TransferEncoding)]
    [InlineData("chunked ,", HeadFault.TransferEncoding)]
    [InlineData(",", HeadFault.TransferEncoding)]
    [InlineData("xchunked", HeadFault.TransferEncoding)]
    [InlineData("chunkedx", HeadFault.TransferEncoding)]
    [InlineData("x chunked", HeadFault.TransferEncoding)]
    [InlineData("chunked x", HeadFault.TransferEncoding)]
    [InlineData("chunked;x", HeadFault.TransferEncoding)]
    [InlineData("chunked; q=1", HeadFault.TransferEncoding)]
    [InlineData("\"chunked\"", HeadFault.TransferEncoding)]
    [InlineData("'chunked'", HeadFault.TransferEncoding)]
    [InlineData("chunk", HeadFault.TransferEncoding)]
    [InlineData("identity", HeadFault.TransferEncoding)]
    [InlineData("gzip", HeadFault.TransferEncoding)]
    [InlineData("chunked, gzip", HeadFault.TransferEncoding)]
    [InlineData("chunked, identity", HeadFault.TransferEncoding)]
    [InlineData("chunked, chunked", HeadFault.TransferEncoding)]
    [InlineData("gzip, chunked, chunked", HeadFault.TransferEncoding)]
    [InlineData("\u00a0chunked", HeadFault.TransferEncoding)]
    [InlineData("chun\u00e7ed", HeadFault.TransferEncoding)]
    [InlineData("\u212ahunked", HeadFault.TransferEncoding)]
    [InlineData("gzip, chunked", HeadFault.TransferEncodingUnknown)]
    [InlineData("x, y, chunked", HeadFault.TransferEncodingUnknown)]
    [InlineData("identity, chunked", HeadFault.TransferEncodingUnknown)]
    [InlineData("\u000bchunked", HeadFault.FieldValue)]
    [InlineData("chunked\u0000", HeadFault.FieldValue)]
    [InlineData("chunked\u000c", HeadFault.FieldValue)]
    [InlineData("chunked\rx", HeadFault.BareCarriageReturn)]
    [InlineData("x\n chunked", HeadFault.BareLineFeed)]
    [InlineData("\r\n chunked", HeadFault.TransferEncoding)]
    [InlineData("x\r\n\tchunked", HeadFault.TransferEncoding)]
    public void A_transfer_coding_that_is_not_exactly_chunked_is_refused(string value, HeadFault fault)
    {
        Assert.Equal(fault, Heads.Judge(Heads.Post($"Transfer-Encoding: {value}")));
        Assert.Equal(fault == HeadFault.TransferEncodingUnknown ? 501 : 400, fault.Status());
    }

    [Theory]
    [InlineData("chunked", "chunked")]
    [InlineData("gzip", "chunked")]
    [InlineData("chunked", "gzip")]
    [InlineData("identity", "chunked")]
    [InlineData("chunked", "")]
    [InlineData("", "chunked")]
    public void Two_Transfer_Encoding_lines_are_refused(string one, string two) =>
        Assert.Equal(HeadFault.TransferEncoding, Heads.Judge(Heads.Post($"Transfer-Encoding: {one}", $"Transfer-Encoding: {two}")));

    [Theory]
    [InlineData("Content-Length: 5", "Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked", "Content-Length: 5")]
    [InlineData("Transfer-Encoding: chunked", "Content-Length: 0")]
    [InlineData("transfer-encoding: CHUNKED", "CONTENT-LENGTH: 0")]
    public void A_length_beside_a_transfer_coding_is_refused(string one, string two)
    {
        Assert.Equal(HeadFault.LengthAndEncoding, Heads.Judge(Heads.Post(one, two)));
        Assert.Equal(HeadFault.LengthAndEncoding, Heads.Judge(Heads.Post(one, "Connection: content-length, transfer-encoding", two)));
    }

    [Fact]
    public void A_transfer_coding_in_1_0_is_refused() =>
        Assert.Equal(HeadFault.TransferEncodingInHttp10, Heads.Judge(Heads.Lines("POST / HTTP/1.0", "Host: app.localhost", "Transfer-Encoding: chunked")));

    [Theory]
    [InlineData("Transfer_Encoding: chunked")]
    [InlineData("Content_Length: 5")]
    [InlineData("Transfer.Encoding: chunked")]
    [InlineData("X-Transfer-Encoding: chunked")]
    [InlineData("TE: chunked")]
    [InlineData("Trailer: Transfer-Encoding")]
    public void What_only_looks_like_framing_frames_nothing(string line)
    {
        RequestHead head = Heads.Request(Heads.Post(line));
        Assert.Equal(BodyKind.None, head.BodyKind);
        Assert.Equal(-1, head.ContentLength);
    }

    [Fact]
    public void A_request_without_framing_fields_has_no_body_whatever_its_method()
    {
        Assert.Equal(BodyKind.None, Heads.Request(Heads.Post()).BodyKind);
        Assert.Equal(BodyKind.None, Heads.Request(Heads.Get()).BodyKind);
        Assert.Equal(BodyKind.Length, Heads.Request(Heads.Get("Content-Length: 3")).BodyKind);
    }
}
