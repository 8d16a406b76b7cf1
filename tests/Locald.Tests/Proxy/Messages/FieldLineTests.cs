using Locald.Proxy;
using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

public sealed class FieldLineTests
{
    [Theory]
    [InlineData("X: y", "x", "y")]
    [InlineData("X:y", "x", "y")]
    [InlineData("X: \t y \t ", "x", "y")]
    [InlineData("X:", "x", "")]
    [InlineData("X:   ", "x", "")]
    [InlineData("X: a:b: c", "x", "a:b: c")]
    [InlineData("X: a\tb", "x", "a\tb")]
    [InlineData("X: \u00fc\u0080\u00ff", "x", "\u00fc\u0080\u00ff")]
    [InlineData("x!#$%&'*+-.^_`|~9: y", "x!#$%&'*+-.^_`|~9", "y")]
    [InlineData("X: \"quoted, \\\" text\"", "x", "\"quoted, \\\" text\"")]
    [InlineData("X: :", "x", ":")]
    public void A_field_line_is_read_without_the_white_space_around_its_value(string line, string name, string value) =>
        Assert.Equal(value, Heads.Request(Heads.Get(line)).Find(name));

    [Fact]
    public void Lines_of_one_name_are_joined_in_their_order() =>
        Assert.Equal("a, b, , c", Heads.Request(Heads.Get("X: a", "Y: z", "x: b", "X:", "X: c")).Find("x"));

    [Theory]
    [InlineData("X : y", HeadFault.SpaceBeforeColon)]
    [InlineData("X\t: y", HeadFault.SpaceBeforeColon)]
    [InlineData("Transfer-Encoding : chunked", HeadFault.SpaceBeforeColon)]
    [InlineData("Content-Length : 5", HeadFault.SpaceBeforeColon)]
    [InlineData(" X: y", HeadFault.FoldedLine)]
    [InlineData("\tX: y", HeadFault.FoldedLine)]
    [InlineData(" ", HeadFault.FoldedLine)]
    [InlineData(": y", HeadFault.FieldName)]
    [InlineData("X", HeadFault.FieldName)]
    [InlineData("X y", HeadFault.FieldName)]
    [InlineData("X y: z", HeadFault.FieldName)]
    [InlineData("X\u00fc: y", HeadFault.FieldName)]
    [InlineData("X\u0000: y", HeadFault.FieldName)]
    [InlineData("X\u000b: y", HeadFault.FieldName)]
    [InlineData("X\r: y", HeadFault.FieldName)]
    [InlineData("X\u007f: y", HeadFault.FieldName)]
    [InlineData("\"X\": y", HeadFault.FieldName)]
    [InlineData("X[]: y", HeadFault.FieldName)]
    [InlineData("X@: y", HeadFault.FieldName)]
    [InlineData("X: a\u0000", HeadFault.FieldValue)]
    [InlineData("X: a\u0001b", HeadFault.FieldValue)]
    [InlineData("X: \u0008", HeadFault.FieldValue)]
    [InlineData("X: \u000b", HeadFault.FieldValue)]
    [InlineData("X: \u000c", HeadFault.FieldValue)]
    [InlineData("X: \u001f", HeadFault.FieldValue)]
    [InlineData("X: \u007f", HeadFault.FieldValue)]
    [InlineData("X: a\rb", HeadFault.BareCarriageReturn)]
    [InlineData("X: a\r", HeadFault.BareCarriageReturn)]
    [InlineData("X: a\rTransfer-Encoding: chunked", HeadFault.BareCarriageReturn)]
    [InlineData("X: a\nb: c", HeadFault.BareLineFeed)]
    [InlineData("X: a\n", HeadFault.BareLineFeed)]
    [InlineData("\nX: a", HeadFault.BareLineFeed)]
    [InlineData("X: a\n\r", HeadFault.BareLineFeed)]
    public void A_field_line_that_two_parsers_read_differently_is_refused(string line, HeadFault fault)
    {
        Assert.Equal(fault, Heads.Judge(Heads.Get(line, "Z: z")));
        Assert.Equal(fault, Heads.JudgeResponse(Heads.Lines("HTTP/1.1 200 OK", line, "Z: z"), out _));
        Assert.Equal(400, fault.Status());
    }

    [Fact]
    public void Every_control_but_the_tab_is_refused_in_a_value_and_every_byte_that_is_no_tchar_in_a_name()
    {
        for (int c = 0; c < 256; c++)
        {
            bool inValue = c is '\t' or (>= ' ' and not 127);
            bool inName = c < 128 && (char.IsAsciiLetterOrDigit((char)c) || "!#$%&'*+-.^_`|~".Contains((char)c));
            Assert.Equal(inValue, Heads.Judge(Heads.Get($"X: a{(char)c}b")) == HeadFault.None);

            // A colon there ends the name early, and that is a line like any other.
            Assert.Equal(inName || c == ':', Heads.Judge(Heads.Get($"X{(char)c}Y: z")) == HeadFault.None);
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\nX: y\r\n folded\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n Host: app.localhost\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\nX:\r\n y\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\n \r\n\r\n")]
    public void A_folded_line_is_refused(string head) => Assert.Equal(HeadFault.FoldedLine, Heads.Judge(head));

    [Fact]
    public void Field_lines_up_to_256_are_read_and_one_more_is_431()
    {
        string[] lines = [.. Enumerable.Range(0, Limits.Fields - 1).Select(i => $"X{i}: {i}")];
        RequestHead head = Heads.Request(Heads.Get(lines));
        Assert.Equal("254", head.Find("x254"));
        HeadFault fault = Heads.Judge(Heads.Get([.. lines, "More: 1"]));
        Assert.Equal(HeadFault.TooManyFields, fault);
        Assert.Equal(431, fault.Status());
    }

    [Fact]
    public void Every_fault_has_a_status_and_words_of_its_own()
    {
        HeadFault[] faults = [.. Enum.GetValues<HeadFault>().Where(f => f != HeadFault.None)];
        Assert.All(faults, f => Assert.InRange(f.Status(), 400, 505));
        Assert.Equal(faults.Length, faults.Select(f => f.Reason()).Distinct().Count());
        Assert.DoesNotContain(faults, f => f.Reason().EndsWith('.') || (char.IsUpper(f.Reason()[0]) && !f.Reason().StartsWith("Transfer-Encoding", StringComparison.Ordinal)));
        Assert.DoesNotContain(HeadFault.None.Reason(), faults.Select(f => f.Reason()));
    }
}
