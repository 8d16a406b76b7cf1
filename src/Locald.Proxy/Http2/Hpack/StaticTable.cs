namespace Locald.Proxy.Http2.Hpack;

/// <summary>The 61 fields that both sides know from the start: RFC 7541 Appendix A. They are counted from 1.</summary>
internal static class StaticTable
{
    internal const int Count = 61;

    /// <summary>Where <c>:status</c> begins; its seven entries differ in their values.</summary>
    internal const int Status = 8;

    /// <param name="index">1 to <see cref="Count"/>.</param>
    internal static ReadOnlySpan<byte> Name(int index) => index switch
    {
        1 => ":authority"u8,
        2 or 3 => ":method"u8,
        4 or 5 => ":path"u8,
        6 or 7 => ":scheme"u8,
        >= 8 and <= 14 => ":status"u8,
        15 => "accept-charset"u8,
        16 => "accept-encoding"u8,
        17 => "accept-language"u8,
        18 => "accept-ranges"u8,
        19 => "accept"u8,
        20 => "access-control-allow-origin"u8,
        21 => "age"u8,
        22 => "allow"u8,
        23 => "authorization"u8,
        24 => "cache-control"u8,
        25 => "content-disposition"u8,
        26 => "content-encoding"u8,
        27 => "content-language"u8,
        28 => "content-length"u8,
        29 => "content-location"u8,
        30 => "content-range"u8,
        31 => "content-type"u8,
        32 => "cookie"u8,
        33 => "date"u8,
        34 => "etag"u8,
        35 => "expect"u8,
        36 => "expires"u8,
        37 => "from"u8,
        38 => "host"u8,
        39 => "if-match"u8,
        40 => "if-modified-since"u8,
        41 => "if-none-match"u8,
        42 => "if-range"u8,
        43 => "if-unmodified-since"u8,
        44 => "last-modified"u8,
        45 => "link"u8,
        46 => "location"u8,
        47 => "max-forwards"u8,
        48 => "proxy-authenticate"u8,
        49 => "proxy-authorization"u8,
        50 => "range"u8,
        51 => "referer"u8,
        52 => "refresh"u8,
        53 => "retry-after"u8,
        54 => "server"u8,
        55 => "set-cookie"u8,
        56 => "strict-transport-security"u8,
        57 => "transfer-encoding"u8,
        58 => "user-agent"u8,
        59 => "vary"u8,
        60 => "via"u8,
        61 => "www-authenticate"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <param name="index">1 to <see cref="Count"/>; most have an empty value.</param>
    internal static ReadOnlySpan<byte> Value(int index) => index switch
    {
        2 => "GET"u8,
        3 => "POST"u8,
        4 => "/"u8,
        5 => "/index.html"u8,
        6 => "http"u8,
        7 => "https"u8,
        8 => "200"u8,
        9 => "204"u8,
        10 => "206"u8,
        11 => "304"u8,
        12 => "400"u8,
        13 => "404"u8,
        14 => "500"u8,
        16 => "gzip, deflate"u8,
        _ => [],
    };

    /// <summary>The first entry of this name, in lower case; 0 where there is none.</summary>
    internal static int Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("age"u8) => 21,
        3 when name.SequenceEqual("via"u8) => 60,
        4 when name.SequenceEqual("date"u8) => 33,
        4 when name.SequenceEqual("etag"u8) => 34,
        4 when name.SequenceEqual("vary"u8) => 59,
        4 when name.SequenceEqual("link"u8) => 45,
        4 when name.SequenceEqual("host"u8) => 38,
        4 when name.SequenceEqual("from"u8) => 37,
        5 when name.SequenceEqual(":path"u8) => 4,
        5 when name.SequenceEqual("allow"u8) => 22,
        5 when name.SequenceEqual("range"u8) => 50,
        6 when name.SequenceEqual("server"u8) => 54,
        6 when name.SequenceEqual("accept"u8) => 19,
        6 when name.SequenceEqual("cookie"u8) => 32,
        6 when name.SequenceEqual("expect"u8) => 35,
        7 when name.SequenceEqual(":status"u8) => Status,
        7 when name.SequenceEqual(":method"u8) => 2,
        7 when name.SequenceEqual(":scheme"u8) => 6,
        7 when name.SequenceEqual("expires"u8) => 36,
        7 when name.SequenceEqual("referer"u8) => 51,
        7 when name.SequenceEqual("refresh"u8) => 52,
        8 when name.SequenceEqual("location"u8) => 46,
        8 when name.SequenceEqual("if-match"u8) => 39,
        8 when name.SequenceEqual("if-range"u8) => 42,
        10 when name.SequenceEqual("set-cookie"u8) => 55,
        10 when name.SequenceEqual("user-agent"u8) => 58,
        10 when name.SequenceEqual(":authority"u8) => 1,
        11 when name.SequenceEqual("retry-after"u8) => 53,
        12 when name.SequenceEqual("content-type"u8) => 31,
        12 when name.SequenceEqual("max-forwards"u8) => 47,
        13 when name.SequenceEqual("cache-control"u8) => 24,
        13 when name.SequenceEqual("last-modified"u8) => 44,
        13 when name.SequenceEqual("accept-ranges"u8) => 18,
        13 when name.SequenceEqual("content-range"u8) => 30,
        13 when name.SequenceEqual("if-none-match"u8) => 41,
        13 when name.SequenceEqual("authorization"u8) => 23,
        14 when name.SequenceEqual("content-length"u8) => 28,
        14 when name.SequenceEqual("accept-charset"u8) => 15,
        15 when name.SequenceEqual("accept-encoding"u8) => 16,
        15 when name.SequenceEqual("accept-language"u8) => 17,
        16 when name.SequenceEqual("content-encoding"u8) => 26,
        16 when name.SequenceEqual("content-language"u8) => 27,
        16 when name.SequenceEqual("content-location"u8) => 29,
        16 when name.SequenceEqual("www-authenticate"u8) => 61,
        17 when name.SequenceEqual("if-modified-since"u8) => 40,
        17 when name.SequenceEqual("transfer-encoding"u8) => 57,
        18 when name.SequenceEqual("proxy-authenticate"u8) => 48,
        19 when name.SequenceEqual("content-disposition"u8) => 25,
        19 when name.SequenceEqual("if-unmodified-since"u8) => 43,
        19 when name.SequenceEqual("proxy-authorization"u8) => 49,
        25 when name.SequenceEqual("strict-transport-security"u8) => 56,
        27 when name.SequenceEqual("access-control-allow-origin"u8) => 20,
        _ => 0,
    };

    /// <summary>The entry with this name and this value; 0 where there is none, or where its value is empty.</summary>
    /// <param name="name">The first entry of the name.</param>
    /// <param name="value">The value.</param>
    internal static int Find(int name, ReadOnlySpan<byte> value)
    {
        int last = name switch { 2 or 4 or 6 => name + 1, Status => 14, 16 => 16, _ => -1 };
        for (int index = name; index <= last; index++)
        {
            if (value.SequenceEqual(Value(index)))
            {
                return index;
            }
        }

        return 0;
    }
}
