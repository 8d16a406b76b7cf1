using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using Locald.Proxy.Connections;
using Locald.Proxy.Http2.Hpack;
using Locald.Proxy.IO;

namespace Locald.Proxy.Http2;

/// <summary>
/// One connection of HTTP/2 (RFC 9113), the server's side. It reads frames, one after the other, and hands what they carry to their
/// streams, which run beside each other; what streams send goes through the <see cref="FrameWriter"/>.
/// </summary>
internal sealed partial class Http2Session : IAsyncDisposable
{
    /// <summary>What every client begins with, RFC 9113 §3.4.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    private readonly SslStream _stream;
    private readonly InputBuffer _input;
    private readonly FrameWriter _frames;
    private readonly FrameBudget _budget;
    private readonly HpackDecoder _decoder = new();
    private readonly FieldBlockReader _block = new();
    private readonly RequestFields _request = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Http2Stream> _open = [];
    private readonly Stack<Http2Stream> _resting = [];
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Streams that we reset lately: what crossed that on its way is no offence (RFC 9113 §5.1).</summary>
    private readonly int[] _reset = new int[Limits.RememberedResets];
    private int _resets;
    private int _lastId;
    private int _receiveWindow = Limits.ConnectionWindow;
    private int _credit;
    private bool _goingAway;
    private bool _over;

    internal Http2Session(ClientConnection connection, SslStream stream)
    {
        (Connection, _stream) = (connection, stream);
        _input = new(stream);
        _frames = new(stream, connection.Transport);
        _budget = new(() => connection.Server.Now);
    }

    internal ClientConnection Connection { get; }

    /// <summary>The name in the TLS handshake; empty where it had none.</summary>
    internal string ServerName => _stream.TargetHostName;

    /// <summary>Whether a request is under way.</summary>
    internal bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _open.Values.Any(s => !s.IsTunnel);
            }
        }
    }

    /// <summary>Serves requests until one side ends the connection.</summary>
    /// <exception cref="IOException">The connection broke, or had to be cut.</exception>
    internal async Task RunAsync()
    {
        Connection.AwaitClient(Wait.Head, Limits.HeadWait);
        Connection.Transport.FullDuplex = true;
        Greet();
        bool inOrder = false;
        try
        {
            await ReadAsync();
            inOrder = true;

            // RFC 9113 §6.8: whoever still asks learns that it was in vain.
            GoAway();
        }
        catch (Http2ConnectionException e)
        {
            Connection.Server.Log.Event("http2", e.Message);
            _frames.GoAway(_lastId, e.Code);
            _frames.Flush();
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            _frames.Break();
            throw;
        }
        finally
        {
            await EndStreamsAsync();
        }

        await CloseAsync(moreMayCome: !inOrder);
    }

    public async ValueTask DisposeAsync()
    {
        _frames.Break();
        await EndStreamsAsync();
        _input.Dispose();
        _block.End();
        foreach (Http2Stream stream in _resting)
        {
            stream.Dispose();
        }
    }

    /// <summary>Lets the requests under way finish, and takes no more (RFC 9113 §6.8).</summary>
    internal void GoAway()
    {
        bool empty;
        lock (_gate)
        {
            if (_goingAway || _over)
            {
                return;
            }

            _goingAway = true;
            empty = _open.Count == 0;
            foreach (Http2Stream tunnel in _open.Values.Where(s => s.IsTunnel))
            {
                // It has nothing to finish.
                ThreadPool.QueueUserWorkItem(static t => t.Abort(), tunnel, preferLocal: false);
            }
        }

        _frames.GoAway(_lastId, Http2ErrorCode.NoError);
        _frames.Flush();
        if (empty)
        {
            StopReading();
        }
    }

    /// <summary>Called once a second by the server's sweeper.</summary>
    internal void Sweep(long now)
    {
        Http2Stream[] open;
        lock (_gate)
        {
            open = [.. _open.Values];
        }

        foreach (Http2Stream stream in open)
        {
            stream.Sweep(now);
        }
    }

    /// <summary>Ends a stream before its time, and tells the client why.</summary>
    internal void Reset(Http2Stream stream, Http2ErrorCode code)
    {
        int id = stream.Id;
        if (stream.TryFail(byClient: false) && !(stream.OutputEnded && stream.InputEnded))
        {
            Remember(id);
            _frames.Reset(id, code);
            _frames.Flush();
        }
    }

    /// <summary>A request was served to its end.</summary>
    internal void Ended(Http2Stream stream)
    {
        bool last;
        lock (_gate)
        {
            _open.Remove(stream.Id);
            _frames.IsCrowded = _open.Count > Limits.Uncrowded;
            last = _open.Count == 0;
            if (!_over && _resting.Count < Limits.RestingStreams)
            {
                _resting.Push(stream);
            }

            if (last && _over)
            {
                _emptied.TrySetResult();
            }
            else if (last && _block.StreamId == 0)
            {
                Connection.AwaitClient(Wait.Idle, Limits.KeepAlive);
            }

            last &= _goingAway;
        }

        if (last)
        {
            StopReading();
        }
    }

    /// <summary>Data was read, or dropped: the client may send as much again on the connection, half a window at a time.</summary>
    internal void Credit(int bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        int increment;
        lock (_gate)
        {
            _credit += bytes;
            if (_credit < Limits.ConnectionWindow / 2)
            {
                return;
            }

            (increment, _credit) = (_credit, 0);
            _receiveWindow += increment;
        }

        _frames.WindowUpdate(0, increment);
        _frames.Flush();
    }

    /// <summary>Our SETTINGS, and as much of a window for the connection as we can hold.</summary>
    private void Greet()
    {
        Span<byte> settings = stackalloc byte[4 * PeerSettings.Size];
        Span<byte> rest = settings;
        Add(ref rest, SettingId.MaxConcurrentStreams, Limits.Streams);
        Add(ref rest, SettingId.InitialWindowSize, Limits.StreamWindow);
        Add(ref rest, SettingId.MaxHeaderListSize, Limits.Head);
        Add(ref rest, SettingId.EnableConnectProtocol, 1);
        _frames.Control(FrameType.Settings, FrameFlags.None, 0, settings);
        _frames.WindowUpdate(0, Limits.ConnectionWindow - 65_535);
        _frames.Flush();

        static void Add(ref Span<byte> rest, SettingId id, int value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)id);
            BinaryPrimitives.WriteInt32BigEndian(rest[2..], value);
            rest = rest[PeerSettings.Size..];
        }
    }

    private async Task ReadAsync()
    {
        while (_input.Unread.Length < Preface.Length)
        {
            if (!Preface.StartsWith(_input.Unread))
            {
                break;
            }

            if (await _input.FillAsync() == 0)
            {
                return;
            }
        }

        if (!_input.Unread.StartsWith(Preface))
        {
            throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "the connection does not begin with the preface");
        }

        _input.Take(Preface.Length);
        bool greeted = false;
        while (true)
        {
            if (!FrameHeader.TryParse(_input.Unread, out FrameHeader header) || Whole(header) > _input.Unread.Length)
            {
                if (!await FillAsync())
                {
                    return;
                }

                continue;
            }

            if (!greeted && (header.Type != FrameType.Settings || header.Has(FrameFlags.Ack)))
            {
                throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "the first frame is not SETTINGS");
            }

            if (!greeted)
            {
                greeted = true;
                Connection.AwaitClient(Wait.Idle, Limits.KeepAlive);
            }

            Dispatch(header, _input.Unread.Slice(FrameHeader.Size, header.Length));
            _input.Take(Whole(header));
            if (_frames.IsBacklogged)
            {
                // Answers wait for a client that takes none: so do its questions.
                Connection.AwaitExchange(Wait.Stall, Limits.BodyWait);
                await _frames.DrainAsync();
                Connection.ExchangeEnded();
            }
        }
    }

    /// <summary>Bytes of the whole frame.</summary>
    /// <exception cref="Http2ConnectionException">It is longer than we announced (RFC 9113 §4.2).</exception>
    private static int Whole(FrameHeader header) => header.Length <= Limits.Http2Frame ? FrameHeader.Size + header.Length
        : throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a frame is too long");

    /// <summary>Reads more; what waits for the client is sent before. False at the end of the connection.</summary>
    private async ValueTask<bool> FillAsync()
    {
        _frames.Flush();
        if (_input.IsEmpty)
        {
            // Without a buffer, while there is nothing to read.
            await _input.WaitAsync();
        }

        return await _input.FillAsync() > 0;
    }

    /// <summary>Ends all streams with the connection, and waits for the exchanges to let go of them.</summary>
    private async Task EndStreamsAsync()
    {
        Http2Stream[] open;
        lock (_gate)
        {
            _over = true;
            open = [.. _open.Values];
            if (open.Length == 0)
            {
                _emptied.TrySetResult();
            }
        }

        foreach (Http2Stream stream in open)
        {
            stream.ClientReset();
        }

        await _emptied.Task;
    }

    /// <summary>Ends the connection in order: the last frames, the alert, our end; what still comes is read away for a while.</summary>
    private async Task CloseAsync(bool moreMayCome)
    {
        Connection.AwaitExchange(Wait.Linger, Limits.Linger);
        await _frames.EndAsync();
        await _stream.ShutdownAsync();
        Socket socket = Connection.Transport.Socket;
        if (!moreMayCome)
        {
            return;
        }

        // A reset would take the GOAWAY from the client.
        socket.Shutdown(SocketShutdown.Send);
        byte[] rest = new byte[4096];
        for (long drained = 0; drained < Limits.Drain;)
        {
            int read = await socket.ReceiveAsync(rest);
            if (read == 0)
            {
                return;
            }

            drained += read;
        }
    }

    private void Remember(int id)
    {
        lock (_gate)
        {
            _reset[_resets++ % _reset.Length] = id;
        }
    }

    private bool WasReset(int id)
    {
        lock (_gate)
        {
            return Array.IndexOf(_reset, id) >= 0;
        }
    }

    private void StopReading()
    {
        try
        {
            Connection.Transport.Socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // The client was faster.
        }
    }
}
