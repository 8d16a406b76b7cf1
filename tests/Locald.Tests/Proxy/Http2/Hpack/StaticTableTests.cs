using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

public sealed class StaticTableTests
{
    // Read from RFC 7541 Appendix A, line by line.
    private const string AppendixA = """
        :authority
        :method GET
        :method POST
        :path /
        :path /index.html
        :scheme http
        :scheme https
        :status 200
        :status 204
        :status 206
        :status 304
        :status 400
        :status 404
        :status 500
        accept-charset
        accept-encoding gzip, deflate
        accept-language
        accept-ranges
        accept
        access-control-allow-origin
        age
        allow
        authorization
        cache-control
        content-disposition
        content-encoding
        content-language
        content-length
        content-location
        content-range
        content-type
        cookie
        date
        etag
        expect
        expires
        from
        host
        if-match
        if-modified-since
        if-none-match
        if-range
        if-unmodified-since
        last-modified
        link
        location
        max-forwards
        proxy-authenticate
        proxy-authorization
        range
        referer
        refresh
        retry-after
        server
        set-cookie
        strict-transport-security
        transfer-encoding
        user-agent
        vary
        via
        www-authenticate
        """;

    private static readonly string[] Lines = AppendixA.ReplaceLineEndings("\n").Split('\n');

    [Fact]
    public void The_table_is_that_of_appendix_A()
    {
        Assert.Equal(StaticTable.Count, Lines.Length);
        for (int i = 1; i <= Lines.Length; i++)
        {
            Assert.Equal(Lines[i - 1], $"{Heads.Text(StaticTable.Name(i))} {Heads.Text(StaticTable.Value(i))}".TrimEnd());
        }
    }

    [Fact]
    public void Each_name_is_found_at_its_first_entry_and_no_other_name_is()
    {
        foreach (string name in Lines.Select(l => l.Split(' ')[0]))
        {
            int first = Array.FindIndex(Lines, l => l.Split(' ')[0] == name) + 1;
            Assert.Equal(first, StaticTable.Find(Heads.Bytes(name)));
            for (int at = 0; at < name.Length; at++)
            {
                Assert.Equal(0, StaticTable.Find(Heads.Bytes(name[..at] + '~' + name[(at + 1)..])));
            }
        }

        Assert.Equal(0, StaticTable.Find([]));
        Assert.Equal(0, StaticTable.Find("Server"u8));
        Assert.Equal(0, StaticTable.Find(new byte[1000]));
    }

    [Fact]
    public void A_value_is_found_under_its_own_name_alone()
    {
        for (int i = 1; i <= Lines.Length; i++)
        {
            int name = StaticTable.Find(StaticTable.Name(i));
            Assert.Equal(StaticTable.Value(i).IsEmpty ? 0 : i, StaticTable.Find(name, StaticTable.Value(i)));
            Assert.Equal(0, StaticTable.Find(name, "x"u8));
            Assert.Equal(0, StaticTable.Find(name, []));
        }

        Assert.Equal(0, StaticTable.Find(0, []));
        Assert.Equal(0, StaticTable.Find(4, "GET"u8));
    }
}
