using System.Buffers.Binary;
using System.Runtime.Versioning;
using Locald.Nss;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>What goes between the two programs: what one writes the other reads.</summary>
[SupportedOSPlatform("linux")]
public sealed class RequestTests
{
    private static readonly NssQuestion s_good = new("/l/libnss3.so", "/h", "probe", new byte[] { 1, 2 }, "n", new UserIdentity(1, 2), [new("/a", "b")]);

    [Fact]
    public void What_is_asked_is_what_is_read()
    {
        Request read = Request.Parse(new NssQuestion("/l/libnss3.so", "/h/\"é\n", "verify", new byte[] { 1, 2 }, "a.localhost", new UserIdentity(1000, 100), [new("/p", "text")]).Format())!;
        Assert.Equal(("/l/libnss3.so", "/h/\"é\n", Verb.Verify, "a.localhost", (1000u, 100u)), (read.Library, read.Database, read.Verb, read.Name, read.Become!.Value));
        Assert.Equal([1, 2], read.Certificate);
        Assert.Equal(("/p", "text"), Assert.Single(read.Files));
    }

    [Fact]
    public void Anything_else_is_no_question()
    {
        Assert.Null(Request.Parse([]));
        Assert.Null(Request.Parse("probe\n"u8));
        Assert.Null(Request.Parse((s_good with { Verb = "format" }).Format()));
        Assert.Null(Request.Parse((s_good with { Library = "l" }).Format()));
        Assert.Null(Request.Parse((s_good with { Database = "" }).Format()));
        Assert.Null(Request.Parse((s_good with { Certificate = default }).Format()));
        Assert.Null(Request.Parse((s_good with { RunAs = new UserIdentity(-1, 0) }).Format()));
        Assert.Null(Request.Parse((s_good with { RunAs = new UserIdentity(0, -1) }).Format()));
    }

    [Fact]
    public void A_question_is_whole_or_none()
    {
        byte[] good = s_good.Format();
        Assert.NotNull(Request.Parse(good));
        Assert.Null(Request.Parse([.. good, 0]));
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Null(Request.Parse(good.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(4)]
    public void No_length_is_believed_but_the_right_one(int length)
    {
        byte[] message = s_good.Format();
        BinaryPrimitives.WriteInt32LittleEndian(message, length);
        Assert.Null(Request.Parse(message));
    }

    [Fact]
    public void Text_that_is_no_UTF_8_is_no_text()
    {
        byte[] message = (s_good with { Name = "name" }).Format();
        message[message.AsSpan().IndexOf("name"u8)] = 0xff;
        Assert.Null(Request.Parse(message));
    }

    [Fact]
    public void No_bytes_break_the_reader_of_questions()
    {
        byte[] good = s_good.Format();
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] broken = [.. good];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            Request.Parse(broken.AsSpan(0, random.Next(broken.Length + 1)));
        }
    }
}
