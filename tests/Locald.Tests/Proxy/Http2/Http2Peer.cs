using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Locald.Proxy.Http2;
using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>HTTP/2 by hand, either side of it: it sends the frames it is told to, and follows no rule that a test does not follow.</summary>
internal class Http2Peer(Wire wire) : IAsyncDisposable
{
    public const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private readonly HpackDecoder _decoder = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly List<Http2Frame> _kept = [];

    /// <summary>Whether data that is read is made up for in the windows.</summary>
    public bool GivesCredit { get; set; } = true;

    public static byte[] Settings(params (SettingId Id, uint Value)[] settings)
    {
        byte[] payload = new byte[settings.Length * PeerSettings.Size];
        for (int i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * PeerSettings.Size), (ushort)settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * PeerSettings.Size) + 2), settings[i].Value);
        }

        return payload;
    }

    public static byte[] Frame(FrameType type, int flags, int id, params ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, (FrameFlags)flags, id).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    public static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A field block of literals: no table, no Huffman code.</summary>
    public static byte[] Block(params IEnumerable<(string Name, string Value)> fields)
    {
        List<byte> block = [];
        foreach ((string name, string value) in fields)
        {
            block.Add(0);
            Add(name);
            Add(value);
        }

        return [.. block];

        void Add(string text)
        {
            Span<byte> length = stackalloc byte[HpackInteger.MaxLength];
            block.AddRange(length[..HpackInteger.Write(length, 0, 7, text.Length)]);
            block.AddRange(Heads.Bytes(text));
        }
    }

    /// <summary>A request's field block.</summary>
    public static byte[] Request(string method = "GET", string path = "/", string host = "app.localhost", params (string, string)[] fields) =>
        Block([(":method", method), (":scheme", "https"), (":path", path), (":authority", host), .. fields]);

    /// <summary>
    /// Frames as text, each ended by a semicolon: type, flags and stream in hexadecimal, then the payload; <c>GET</c> and <c>POST</c> are
    /// a request's field block, and <c>*n</c> is n bytes of zero.
    /// </summary>
    public static byte[] Script(string script)
    {
        List<byte> bytes = [];
        foreach (string frame in script.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = frame.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            byte[] payload = [.. words.Skip(3).SelectMany(w => w is "GET" or "POST" ? Request(w)
                : w[0] == '*' ? new byte[int.Parse(w[1..], CultureInfo.InvariantCulture)] : Convert.FromHexString(w))];
            bytes.AddRange(Frame((FrameType)Hex(words[0]), Hex(words[1]), Hex(words[2]), payload));
        }

        return [.. bytes];

        static int Hex(string word) => int.Parse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    public async Task SendAsync(params byte[] bytes)
    {
        // A reader may give credit while the test sends.
        await _sending.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await wire.SendAsync(bytes);
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task SendAsync(FrameType type, int flags, int id, params byte[] payload) => SendAsync(Frame(type, flags, id, payload));

    /// <summary>HEADERS with all of the block.</summary>
    public Task AskAsync(int id, byte[] block, bool end = true) => SendAsync(FrameType.Headers, end ? 5 : 4, id, block);

    public async Task<Http2Answer> GetAsync(int id, string path = "/")
    {
        await AskAsync(id, Request(path: path));
        return await ReadAnswerAsync(id);
    }

    public Task DataAsync(int id, string data, bool end = false) => SendAsync(FrameType.Data, end ? 1 : 0, id, Heads.Bytes(data));

    public Task WindowAsync(int id, int increment) => SendAsync(FrameType.WindowUpdate, 0, id, Number((uint)increment));

    public Task ResetAsync(int id, Http2ErrorCode code = Http2ErrorCode.Cancel) => SendAsync(FrameType.RstStream, 0, id, Number((uint)code));

    /// <summary>The next frame on that stream; those of others are kept. Null where the connection ended instead.</summary>
    public async Task<Http2Frame?> NextAsync(int id)
    {
        int at = _kept.FindIndex(f => f.StreamId == id);
        if (at >= 0)
        {
            Http2Frame kept = _kept[at];
            _kept.RemoveAt(at);
            return kept;
        }

        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.StreamId == id)
            {
                return frame;
            }

            _kept.Add(frame);
        }

        return null;
    }

    /// <summary>The next frame of that type on that stream; what comes before it there is dropped.</summary>
    public async Task<Http2Frame> UntilAsync(int id, FrameType type)
    {
        while (await NextAsync(id) is { } frame)
        {
            if (frame.Type == type)
            {
                return frame;
            }
        }

        throw new IOException($"the connection ended before {type} came");
    }

    /// <summary>Everything on that stream, until it ends, is reset, or the connection is gone.</summary>
    public async Task<Http2Answer> ReadAnswerAsync(int id)
    {
        Http2Answer answer = new();
        StringBuilder body = new();
        while (!answer.Whole && answer.Reset is null && await NextAsync(id) is { } frame)
        {
            answer.Whole = frame.IsLast;
            switch (frame.Type)
            {
                case FrameType.Headers when answer.Status > 0:
                    answer.Trailers = frame.Lines;
                    break;
                case FrameType.Headers:
                    Assert.StartsWith(":status: ", frame.Lines[0], StringComparison.Ordinal);
                    int status = int.Parse(frame.Lines[0].AsSpan(9), CultureInfo.InvariantCulture);
                    if (status < 200)
                    {
                        answer.Interim.Add(status);
                        break;
                    }

                    (answer.Status, answer.Lines) = (status, frame.Lines);
                    break;
                case FrameType.Data:
                    Assert.NotEqual(0, answer.Status);
                    body.Append(Heads.Text(frame.Payload));
                    break;
                case FrameType.RstStream:
                    answer.Reset = frame.Code;
                    break;
            }
        }

        answer.Body = body.ToString();
        return answer;
    }

    /// <summary>The RST_STREAM that came for that stream so far.</summary>
    public Http2ErrorCode? ResetOf(int id) => _kept.Find(f => f.StreamId == id && f.Type == FrameType.RstStream)?.Code;

    /// <summary>The server ends the connection for that reason.</summary>
    public async Task AssertEndAsync(params Http2ErrorCode[] codes)
    {
        Assert.Contains((await UntilAsync(0, FrameType.GoAway)).Code, codes);
        Assert.Null(await NextAsync(-1));
    }

    /// <summary>All frames before this are dealt with.</summary>
    public async Task PingAsync()
    {
        await SendAsync(FrameType.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        Http2Frame pong = await UntilAsync(0, FrameType.Ping);
        Assert.Equal((FrameFlags.Ack, "0102030405060708"), (pong.Flags, Convert.ToHexString(pong.Payload)));
    }

    public virtual ValueTask DisposeAsync()
    {
        _sending.Dispose();
        return wire.Stream.DisposeAsync();
    }

    /// <summary>The next frame of any stream, of those that were not kept. Null where the connection ended instead.</summary>
    public async Task<Http2Frame?> ReadFrameAsync()
    {
        (FrameHeader Header, byte[] Payload)? read = await ReadPieceAsync();
        if (read is not { } piece)
        {
            return null;
        }

        FrameHeader header = piece.Header;
        byte[] payload = piece.Payload;
        string[] lines = [];
        if (header.Type == FrameType.Headers)
        {
            while (!piece.Header.Has(FrameFlags.EndHeaders))
            {
                piece = (await ReadPieceAsync()) ?? throw new IOException("the connection ended within a field block");
                Assert.Equal((FrameType.Continuation, header.StreamId), (piece.Header.Type, piece.Header.StreamId));
                payload = [.. payload, .. piece.Payload];
            }

            Assert.Equal(HpackFault.None, Blocks.Decode(_decoder, payload, out lines));
        }

        if (header.Type == FrameType.Data && payload.Length > 0 && GivesCredit)
        {
            await SendAsync([.. Frame(FrameType.WindowUpdate, 0, 0, Number((uint)payload.Length)), .. Frame(FrameType.WindowUpdate, 0, header.StreamId, Number((uint)payload.Length))]);
        }

        return new(header.Type, header.Flags, header.StreamId, payload, lines);
    }

    protected void Keep(Http2Frame frame) => _kept.Add(frame);

    private async Task<(FrameHeader Header, byte[] Payload)?> ReadPieceAsync()
    {
        byte[] head;
        try
        {
            head = Heads.Bytes(await wire.ReadUpToAsync(FrameHeader.Size));
        }
        catch (IOException)
        {
            return null;
        }

        if (!FrameHeader.TryParse(head, out FrameHeader header))
        {
            return null;
        }

        Assert.InRange(header.Length, 0, 16_384);
        return (header, await wire.ReadExactlyAsync(header.Length));
    }
}
