using System.Runtime.Versioning;
using System.Text;
using Locald.Nss;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>The line between the two programs: what one writes the other reads.</summary>
[SupportedOSPlatform("linux")]
public sealed class RequestTests
{
    [Fact]
    public void What_is_asked_is_what_is_read()
    {
        Request read = Request.Parse(new NssQuestion("/l/libnss3.so", "/h/\"é\n", "verify", new byte[] { 1, 2 }, "a.localhost", new UserIdentity(1000, 100), [new("/p", "text")]).Format())!;
        Assert.Equal(("/l/libnss3.so", "/h/\"é\n", Verb.Verify, "a.localhost", (1000u, 100u)), (read.Library, read.Database, read.Verb, read.Name, read.Become!.Value));
        Assert.Equal([1, 2], read.Certificate);
        Assert.Equal(("/p", "text"), Assert.Single(read.Files));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"library":"/l","database":"/d","verb":"format","certificate":"AA==","name":""}""")]
    [InlineData("""{"library":"l","database":"/d","verb":"probe","certificate":"AA==","name":""}""")]
    [InlineData("""{"library":"/l","database":"/d","verb":"probe","certificate":"AA==","name":"","uid":1}""")]
    [InlineData("""{"library":"/l","database":"/d","verb":"probe","certificate":"AA==","name":"","uid":-1,"gid":0}""")]
    [InlineData("""{"library":"/l","database":"/d","verb":"probe","certificate":"!","name":""}""")]
    [InlineData("""{"library":"/l","database":"/d","verb":"probe","certificate":"AA==","name":"","files":["/a"]}""")]
    [InlineData("""{"library":"/l","database":"/d","verb":"probe","certificate":"AA==","name":"","more":1}""")]
    public void Anything_else_is_no_question(string line) => Assert.Null(Request.Parse(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void No_text_breaks_the_reader_of_questions()
    {
        byte[] good = """{"library":"/l","database":"/d","verb":"probe","certificate":"AA==","name":"n","files":["/a","b"],"uid":1,"gid":2}"""u8.ToArray();
        Assert.NotNull(Request.Parse(good));
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] broken = [.. good];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            Request.Parse(broken.AsSpan(0, random.Next(broken.Length + 1)));
        }
    }
}
