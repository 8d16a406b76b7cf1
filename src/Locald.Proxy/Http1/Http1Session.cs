using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Pages;
using Locald.Proxy.Serving;

namespace Locald.Proxy.Http1;

/// <summary>The requests of one HTTP/1.1 connection, one after the other.</summary>
internal sealed class Http1Session : IAsyncDisposable
{
    private readonly ClientConnection _connection;
    private readonly Stream _stream;
    private readonly string? _serverName;
    private readonly InputBuffer _input;
    private readonly OutputBuffer _output;
    private readonly RequestHead _head = new();
    private readonly BodyReader _body;
    private readonly RequestHandler _handler;

    /// <param name="connection">The connection and its limits.</param>
    /// <param name="stream">Where requests come from and responses go.</param>
    /// <param name="serverName">The name in the TLS handshake; null or empty where it had none.</param>
    internal Http1Session(ClientConnection connection, Stream stream, string? serverName)
    {
        (_connection, _stream, _serverName) = (connection, stream, serverName);
        _input = new(stream);
        _output = new(stream, stream is SslStream ? connection.Transport : null);
        _body = new(_input);
        _handler = new(connection, _head, _body, new Http1ResponseWriter(_output, connection.Transport, _head));
    }

    private ProxyServer Server => _connection.Server;

    /// <summary>Serves requests until one side ends the connection.</summary>
    /// <exception cref="IOException">The connection broke, or had to be cut.</exception>
    internal async Task RunAsync()
    {
        HeadFault? fault = null;
        bool more = await WaitForRequestAsync(Limits.HeadWait);
        while (more)
        {
            fault = await ReadHeadAsync();
            more = fault is not null && await ServeAsync(fault.Value) && await WaitForRequestAsync(Limits.KeepAlive);
        }

        if (!_connection.IsTunnel)
        {
            // What follows a head that was refused is unknown.
            await CloseAsync(moreMayCome: fault is not (null or HeadFault.None));
        }
    }

    /// <summary>Answers one request that came without TLS: the site is elsewhere.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async Task RunRedirectAsync()
    {
        if (await WaitForRequestAsync(Limits.HeadWait) && await ReadHeadAsync() is { } fault)
        {
            _handler.Begin();
            LocalRequest request = LocalRequests.From(_head);
            using LocalResponse response = fault != HeadFault.None
                ? ErrorPages.Status(request, fault.Status(), fault.Reason())
                : Redirects.ToHttps(request, Server.Options.RedirectPort);
            await _handler.RespondAsync(response, keepAlive: false);
            await CloseAsync(moreMayCome: fault != HeadFault.None || _head.BodyKind != BodyKind.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_handler.Settled.IsCompleted)
        {
            // The connection broke while its request was still read: nobody waits for the rest.
            _connection.Abort();
            await _handler.Settled;
        }

        _input.Dispose();
        _output.Dispose();
        _head.Dispose();
    }

    /// <summary>False when the client ends the connection or rests for too long, and when the server stops.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForRequestAsync(int limit)
    {
        if (!_input.IsEmpty)
        {
            _connection.AwaitClient(Wait.Head, Limits.HeadWait);
            return !Server.Stopping;
        }

        _head.Dispose();
        _connection.AwaitClient(Wait.Idle, limit);
        if (Server.Stopping)
        {
            return false;
        }

        // Whoever leaves between requests loses nothing, however he leaves.
        _connection.Transport.IsResting = true;
        await _input.WaitAsync();
        _connection.AwaitClient(Wait.Head, Limits.HeadWait);
        bool came = await _input.FillAsync() > 0;
        _connection.Transport.IsResting = false;
        return came;
    }

    /// <summary>Reads and parses the head; null where the client left within it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<HeadFault?> ReadHeadAsync()
    {
        HeadScanner scanner = default;
        bool atStart = true;
        while (true)
        {
            // RFC 9112 §2.2: an empty line before a request is ignored, as some clients send one after a body.
            while (atStart && _input.Unread is [(byte)'\r', (byte)'\n', ..])
            {
                _input.Take(2);
            }

            if (_input.Unread.Length > 1)
            {
                atStart = false;
                HeadFault fault = scanner.Find(_input.Unread, out int length);
                if (fault == HeadFault.None && length > 0)
                {
                    _connection.ClientCame();
                    fault = _head.Parse(_input.Unread[..length]);
                    _input.Take(length);
                    _input.Release();
                    return fault;
                }

                if (fault != HeadFault.None)
                {
                    bool inTarget = fault == HeadFault.HeadTooLong && _input.Unread.IndexOf((byte)'\n') is < 0 or > Limits.Target;
                    return NotParsed(inTarget ? HeadFault.TargetTooLong : fault);
                }
            }

            if (await _input.FillAsync() == 0)
            {
                return _connection.Expired == Wait.Head && !_input.IsEmpty ? NotParsed(HeadFault.TimedOut) : null;
            }
        }
    }

    private HeadFault NotParsed(HeadFault fault)
    {
        _connection.ClientCame();
        _head.Clear();
        return fault;
    }

    /// <summary>Whether the connection may carry another request.</summary>
    private ValueTask<bool> ServeAsync(HeadFault fault)
    {
        _handler.Begin();
        if (fault != HeadFault.None)
        {
            return RefuseAsync(fault);
        }

        _body.Begin(_head.BodyKind, _head.ContentLength);
        return _head.BodyKind == BodyKind.None ? _handler.ServeAsync(_serverName) : ServeWithBodyAsync();
    }

    private async ValueTask<bool> RefuseAsync(HeadFault fault)
    {
        await _handler.RefuseAsync(fault);
        return false;
    }

    private async ValueTask<bool> ServeWithBodyAsync()
    {
        // From here on reads and writes run beside each other.
        await _connection.Transport.SendGatheredAsync();
        return await _handler.ServeAsync(_serverName);
    }

    /// <summary>
    /// Ends the connection in order: our end first, and then what the client still sends is read away for a while, since a reset would
    /// take the last response from it (RFC 9112 §9.6).
    /// </summary>
    private async Task CloseAsync(bool moreMayCome)
    {
        if (_connection.Transport.IsLost)
        {
            // Nobody is there to be told.
            await _handler.Settled;
            return;
        }

        _connection.AwaitExchange(Wait.Linger, Limits.Linger);
        _connection.Transport.IsResting = true;
        if (_stream is SslStream secure)
        {
            await secure.ShutdownAsync();
        }

        _connection.Transport.Gather = false;
        await _connection.Transport.SendGatheredAsync();
        Socket socket = _connection.Transport.Socket;
        if (moreMayCome || !_handler.Settled.IsCompleted || !_input.IsEmpty)
        {
            socket.Shutdown(SocketShutdown.Send);
            await _handler.Settled;
        }
        else if (socket.Available == 0)
        {
            // Closing sends our end as well, and costs no exception where the client was faster.
            return;
        }

        for (long drained = 0; drained < Limits.Drain;)
        {
            _input.Take(_input.Unread.Length);
            int read = await _input.FillAsync();
            if (read == 0)
            {
                return;
            }

            drained += read;
        }
    }
}
