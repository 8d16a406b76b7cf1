using System.Net.Security;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;

namespace Locald.Proxy.Http2;

/// <summary>The requests of one HTTP/2 client, beside each other.</summary>
internal sealed partial class Http2Session : Http2Connection<Http2Stream>, IAsyncDisposable
{
    private readonly SslStream _stream;
    private readonly FrameBudget _budget;
    private readonly RequestFields _request = new();
    private readonly Stack<Http2Stream> _resting = [];
    private int _lastId;

    internal Http2Session(ClientConnection connection, SslStream stream)
        : base(stream, connection.Transport, Limits.ConnectionWindow, ofServer: false)
    {
        (Connection, _stream) = (connection, stream);
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
            lock (Gate)
            {
                return Open.Values.Any(s => !s.IsTunnel);
            }
        }
    }

    /// <summary>Serves requests until one side ends the connection.</summary>
    /// <exception cref="IOException">The connection broke, or had to be cut.</exception>
    internal async Task RunAsync()
    {
        Connection.AwaitClient(Wait.Head, Limits.HeadWait);

        // However the connection ends, its streams end with it.
        Connection.Transport.IsResting = true;
        Greet([
            (SettingId.MaxConcurrentStreams, Limits.Streams),
            (SettingId.InitialWindowSize, Limits.StreamWindow),
            (SettingId.MaxHeaderListSize, Limits.Head),
            (SettingId.EnableConnectProtocol, 1),
        ]);
        bool inOrder = false;
        try
        {
            Task reading = ReadAsync();
            if (await Task.WhenAny(reading, _emptied.Task) != reading)
            {
                await PartAsync();
            }

            await reading;
            inOrder = true;
            if (Connection.Transport.IsLost)
            {
                // Nobody is there to be told.
                Frames.Break();
                return;
            }

            // RFC 9113 §6.8: whoever still asks learns that it was in vain.
            GoAway();
        }
        catch (Http2ConnectionException e)
        {
            Connection.Server.Log.Event("http2", e.Message);
            Frames.GoAway(_lastId, e.Code);
            Frames.Flush();
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            Frames.Break();
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
        Frames.Break();
        await EndStreamsAsync();
        Input.Dispose();
        Block.End();
        foreach (Http2Stream stream in _resting)
        {
            stream.Dispose();
        }
    }

    /// <summary>Called once a second by the server's sweeper.</summary>
    internal void Sweep(long now)
    {
        Http2Stream[] open;
        lock (Gate)
        {
            open = [.. Open.Values];
        }

        foreach (Http2Stream stream in open)
        {
            stream.Sweep(now);
        }
    }

    /// <summary>A request was served to its end.</summary>
    internal void Ended(Http2Stream stream)
    {
        lock (Gate)
        {
            Open.Remove(stream.Flow.Id);
            Frames.Close(stream.Flow);
            if (!_over && _resting.Count < Limits.RestingStreams)
            {
                _resting.Push(stream);
            }

            if (Open.Count > 0)
            {
                return;
            }

            _emptySince = Connection.Server.Now;
            if (_over || _goingAway)
            {
                _emptied.TrySetResult();
            }
            else if (Block.StreamId == 0)
            {
                Connection.AwaitClient(Wait.Idle, Limits.KeepAlive);
            }
        }
    }

    protected override bool WasOpened(int id) => id <= _lastId && id % 2 == 1;

    protected override void Spend() => _budget.Spend();

    protected override void Note(string error) => Connection.Server.Log.Event("http2", error);

    protected override void OnGreeting() => Connection.AwaitClient(Wait.Idle, Limits.KeepAlive);

    /// <summary>The client opens no more streams, and closes when it has its answers. We would have opened none.</summary>
    protected override void OnGoAway(int lastStreamId)
    {
    }

    protected override async Task DrainAsync()
    {
        lock (Gate)
        {
            // From the farewell on, its limit stands.
            if (!_parted)
            {
                Connection.AwaitExchange(Wait.Stall, Limits.BodyWait);
            }
        }

        await Frames.DrainAsync();
        lock (Gate)
        {
            if (!_parted)
            {
                Connection.ExchangeEnded();
            }
        }
    }

    /// <summary>RFC 9113 §10.5: the rest of a field block must come soon. After it the next request is waited for, where none runs.</summary>
    protected override void OnBlock(bool begun)
    {
        if (begun)
        {
            Connection.AwaitClient(Wait.Head, Limits.HeadWait);
            return;
        }

        lock (Gate)
        {
            if (Open.Count == 0)
            {
                Connection.AwaitClient(Wait.Idle, Limits.KeepAlive);
            }
            else
            {
                Connection.ClientCame();
            }
        }
    }

    private async Task ReadAsync()
    {
        if (await ReadPrefaceAsync())
        {
            await ReadFramesAsync();
        }
    }

    /// <summary>False where the client left before it.</summary>
    private async Task<bool> ReadPrefaceAsync()
    {
        while (Input.Unread.Length < Preface.Length)
        {
            if (!Preface.StartsWith(Input.Unread))
            {
                break;
            }

            if (await Input.FillAsync() == 0)
            {
                return false;
            }
        }

        if (!Input.Unread.StartsWith(Preface))
        {
            throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "the connection does not begin with the preface");
        }

        Input.Take(Preface.Length);
        return true;
    }
}
