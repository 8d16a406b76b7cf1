using System.Globalization;
using System.Text;

namespace Locald.Tests.Proxy.Serving;

/// <summary>HTTP/1.1 by hand: bytes in, bytes out, and nothing that would mend what a peer does wrong.</summary>
internal class Wire(Stream stream)
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Stream Stream { get; } = stream;

    /// <summary>Cancelled when the test's time is up.</summary>
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    private ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await Stream.WriteAsync(bytes, Limit);
        await Stream.FlushAsync(Limit);
    }

    /// <summary>Up to and including the mark; what came before the end where the mark never came.</summary>
    public async Task<string> ReadThroughAsync(string mark)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(mark);
        while (true)
        {
            int at = Unread.IndexOf(bytes);
            if (at >= 0)
            {
                return Take(at + bytes.Length);
            }

            if (!await FillAsync())
            {
                return Take(Unread.Length);
            }
        }
    }

    /// <summary>A head with its empty line; empty where the peer closed instead.</summary>
    public Task<string> ReadHeadAsync() => ReadThroughAsync("\r\n\r\n");

    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        while (Unread.Length < count)
        {
            if (!await FillAsync())
            {
                throw new IOException($"the peer closed after {Unread.Length} of {count} bytes");
            }
        }

        byte[] bytes = Unread[..count].ToArray();
        _start += count;
        return bytes;
    }

    /// <summary>All bytes to the end of the stream.</summary>
    /// <exception cref="IOException">It did not end, but broke.</exception>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        return Take(Unread.Length);
    }

    /// <summary>All bytes until the peer is gone, in order or not.</summary>
    public async Task<string> ReadRestAsync()
    {
        try
        {
            return await ReadToEndAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return Take(Unread.Length);
        }
    }

    /// <summary>Nothing more comes, and the peer closes in order.</summary>
    public async Task AssertEndAsync() => Assert.Equal("", await ReadToEndAsync());

    /// <summary>The next response, whole or not.</summary>
    /// <param name="bodyless">The request was a HEAD.</param>
    public async Task<Answer> ReadAnswerAsync(bool bodyless = false)
    {
        string head = await ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 ", head, StringComparison.Ordinal);
        Answer answer = new() { Status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), Head = head };
        if (bodyless || answer.Status is < 200 or 204 or 304)
        {
            return answer;
        }

        if (answer.Field("transfer-encoding") == "chunked")
        {
            return await ReadChunksAsync(answer);
        }

        return answer.Field("content-length") is { } length
            ? answer with { Body = await ReadUpToAsync((int)Math.Min(int.MaxValue, long.Parse(length, CultureInfo.InvariantCulture))) }
            : answer with { Body = await ReadToEndAsync() };
    }

    /// <summary>A chunked body's content; fails where it is not whole.</summary>
    public async Task<string> ReadChunkedAsync()
    {
        Answer answer = await ReadChunksAsync(new());
        return answer.Whole ? answer.Body : throw new IOException("the peer closed within a chunked body");
    }

    private async Task<Answer> ReadChunksAsync(Answer answer)
    {
        StringBuilder body = new();
        int chunks = 0;
        while (true)
        {
            string line = await ReadThroughAsync("\r\n");
            if (!line.EndsWith("\r\n", StringComparison.Ordinal))
            {
                return answer with { Body = body.ToString(), Chunks = chunks, Whole = false };
            }

            int size = int.Parse(line.AsSpan(0, line.Length - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                string trailers = "";
                while (await ReadThroughAsync("\r\n") is { Length: > 2 } trailer)
                {
                    trailers += trailer;
                }

                return answer with { Body = body.ToString(), Chunks = chunks, Trailers = trailers };
            }

            string data = await ReadUpToAsync(size);
            body.Append(data);
            chunks++;
            if (data.Length < size || await ReadThroughAsync("\r\n") != "\r\n")
            {
                return answer with { Body = body.ToString(), Chunks = chunks, Whole = false };
            }
        }
    }

    /// <summary>Fewer bytes only where the peer closed.</summary>
    public async Task<string> ReadUpToAsync(int count)
    {
        while (Unread.Length < count && await FillAsync())
        {
        }

        return Take(Math.Min(count, Unread.Length));
    }

    private string Take(int count)
    {
        string text = Encoding.Latin1.GetString(Unread[..count]);
        _start += count;
        return text;
    }

    private async Task<bool> FillAsync()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_end == _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        int read = await Stream.ReadAsync(_bytes.AsMemory(_end), Limit);
        _end += read;
        return read > 0;
    }
}
