using System.Globalization;
using System.Text;

namespace Locald.EndToEnd.Fixtures;

/// <summary>One request as an upstream sees it, and the way to answer it.</summary>
public sealed class Exchange
{
    private readonly Stream _stream;

    private Exchange(Stream stream, string[] head, CancellationToken stop)
    {
        _stream = stream;
        Stop = stop;
        string[] start = head[0].Split(' ');
        (Method, Target) = (start[0], start[1]);
        Fields = [.. head.Skip(1).Select(line => (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim()))];
        BodyWasRead = Field("Content-Length") is null or "0" && Field("Transfer-Encoding") is null;
    }

    public string Method { get; }

    public string Target { get; }

    /// <summary>Header fields in order, names as they were sent.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; }

    /// <summary>Trailer fields, once the body was read.</summary>
    public List<string> Trailers { get; } = [];

    public bool BodyWasRead { get; private set; }

    /// <summary>Set when the test is over.</summary>
    public CancellationToken Stop { get; }

    /// <summary>The values of a field joined by a comma, or null where it was not sent.</summary>
    public string? Field(string name)
    {
        string[] values = [.. Fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];
        return values.Length == 0 ? null : string.Join(", ", values);
    }

    /// <summary>Reads one head; null where the connection ended.</summary>
    public static async Task<Exchange?> ReadAsync(Stream stream, CancellationToken stop)
    {
        List<string> head = [];
        while (await ReadLineAsync(stream, stop) is { } line)
        {
            if (line.Length == 0)
            {
                return new(stream, [.. head], stop);
            }

            head.Add(line);
        }

        return null;
    }

    /// <summary>Copies the request's body to a stream.</summary>
    public async Task CopyBodyAsync(Stream to)
    {
        if (BodyWasRead)
        {
            return;
        }

        if (Field("Transfer-Encoding") is not null)
        {
            int size;
            while ((size = int.Parse((await ReadLineAsync(_stream, Stop))!.Split(';')[0], NumberStyles.HexNumber)) > 0)
            {
                await CopyAsync(to, size);
                await ReadLineAsync(_stream, Stop);
            }

            while (await ReadLineAsync(_stream, Stop) is { Length: > 0 } trailer)
            {
                Trailers.Add(trailer);
            }
        }
        else if (long.TryParse(Field("Content-Length"), out long length))
        {
            await CopyAsync(to, length);
        }

        BodyWasRead = true;
    }

    /// <summary>The connection, to read the body of a Content-Length from; the caller reads all of it.</summary>
    public Stream OpenBody()
    {
        BodyWasRead = true;
        return _stream;
    }

    /// <summary>Reads the whole body as text.</summary>
    public async Task<string> ReadBodyAsync()
    {
        using MemoryStream body = new();
        await CopyBodyAsync(body);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    /// <summary>Writes text as it is: heads, chunks, anything.</summary>
    public Task WriteAsync(string text) => _stream.WriteAsync(Encoding.UTF8.GetBytes(text), Stop).AsTask();

    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes, Stop).AsTask();

    /// <summary>Accepts the upgrade that was asked for. Returns the connection, which speaks another protocol from here on.</summary>
    public async Task<Stream> SwitchAsync(string fields)
    {
        // Nothing after this is a request of ours.
        BodyWasRead = false;
        await WriteAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n{fields}\r\n");
        return _stream;
    }

    /// <summary>Reads the body to its end, then answers with text.</summary>
    public async Task RespondAsync(string text, string status = "200 OK", string type = "text/plain; charset=utf-8")
    {
        await CopyBodyAsync(Stream.Null);
        string body = Method == "HEAD" ? "" : text;
        await WriteAsync($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\n\r\n{body}");
    }

    private async Task CopyAsync(Stream to, long length)
    {
        byte[] buffer = new byte[64 * 1024];
        while (length > 0)
        {
            int read = await _stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(length, buffer.Length)), Stop);
            if (read == 0)
            {
                throw new EndOfStreamException("the request's body ended early");
            }

            await to.WriteAsync(buffer.AsMemory(0, read), Stop);
            length -= read;
        }
    }

    private static async Task<string?> ReadLineAsync(Stream stream, CancellationToken stop)
    {
        // A byte at a time: what follows a head belongs to whoever reads the body.
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, stop) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        return null;
    }
}
