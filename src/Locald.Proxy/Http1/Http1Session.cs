using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Pages;
using Locald.Proxy.Routing;
using Locald.Proxy.StaticFiles;
using Locald.Proxy.Upstream;

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
    private readonly Exchange _exchange;
    private readonly AccessRecorder _recorder;

    /// <summary>Ends when nothing reads the latest request's body any more.</summary>
    private Task _settled = Task.CompletedTask;

    /// <param name="connection">The connection and its limits.</param>
    /// <param name="stream">Where requests come from and responses go.</param>
    /// <param name="serverName">The name in the TLS handshake; null or empty where it had none.</param>
    internal Http1Session(ClientConnection connection, Stream stream, string? serverName)
    {
        (_connection, _stream, _serverName) = (connection, stream, serverName);
        _input = new(stream);
        _output = new(stream, stream is SslStream ? connection.Transport : null);
        _body = new(_input);
        _exchange = new(connection, _head, _body, _output, ForwardedFields.For(connection.Client?.Address ?? IPAddress.Loopback));
        _recorder = new(connection, _head, _body);
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
            _recorder.Begin();
            LocalRequest request = LocalRequests.From(_head);
            using LocalResponse response = fault != HeadFault.None
                ? ErrorPages.Status(request, fault.Status(), fault.Reason())
                : Redirects.ToHttps(request, Server.Options.RedirectPort);
            await RespondAsync(response, keepAlive: false);
            await CloseAsync(moreMayCome: fault != HeadFault.None || _head.BodyKind != BodyKind.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_settled.IsCompleted)
        {
            // The connection broke while its request was still read: nobody waits for the rest.
            _connection.Abort();
            await _settled;
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

        await _input.WaitAsync();
        _connection.AwaitClient(Wait.Head, Limits.HeadWait);
        return await _input.FillAsync() > 0;
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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ServeAsync(HeadFault fault)
    {
        _recorder.Begin();
        if (fault != HeadFault.None)
        {
            using LocalResponse refusal = ErrorPages.Status(LocalRequests.From(_head), fault.Status(), fault.Reason());
            if (fault == HeadFault.MethodNotAllowed)
            {
                // RFC 9110 §15.5.6 asks for it; all methods but CONNECT and TRACE pass, and these are the known ones.
                refusal.Fields.Add(("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
            }

            await RespondAsync(refusal, keepAlive: false);
            return false;
        }

        _body.Begin(_head.BodyKind, _head.ContentLength);
        if (_head.BodyKind != BodyKind.None)
        {
            // From here on reads and writes run beside each other.
            await _connection.Transport.SendGatheredAsync();
        }

        RouteTable routes = Server.Routes;
        RouteMatch match = Judge(routes, out LocalResponse? answer);
        if (answer is null && match.Route!.Target is UpstreamTarget target)
        {
            return await ForwardAsync(match, target, routes);
        }

        using LocalResponse local = answer ?? LocalAnswer(match, routes);
        return await AnswerAsync(local);
    }

    /// <summary>Finds the route, or the answer to a request that has none.</summary>
    private RouteMatch Judge(RouteTable routes, out LocalResponse? answer)
    {
        answer = null;
        ReadOnlySpan<byte> host = _head.Host;
        if (!HostScope.Covers(host) || !HostScope.Agrees(host, _serverName))
        {
            answer = ErrorPages.Misdirected(LocalRequests.From(_head), _serverName);
            return default;
        }

        if (_head.Fields.ViaUs >= Limits.Hops)
        {
            answer = ErrorPages.Status(LocalRequests.From(_head), 508, "the request came back here again and again: a target leads to locald itself");
            return default;
        }

        RouteMatch match = routes.Find(host, _head.Path);
        answer = match.Outcome switch
        {
            RouteOutcome.Found => null,
            RouteOutcome.AmbiguousPath => ErrorPages.AmbiguousPath(LocalRequests.From(_head)),
            RouteOutcome.NoSuchPath => ErrorPages.UnknownPath(LocalRequests.From(_head), routes),
            _ => ErrorPages.UnknownName(LocalRequests.From(_head), routes),
        };
        return match;
    }

    private LocalResponse LocalAnswer(RouteMatch match, RouteTable routes)
    {
        LocalRequest request = LocalRequests.From(_head);
        _recorder.Route = match.Route;
        return match.Route!.Target is FolderTarget folder
            ? StaticFolder.Respond(folder, request, request.Path[match.PrefixLength..])
            : BuiltInPage.Respond(request, routes);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ForwardAsync(RouteMatch match, UpstreamTarget target, RouteTable routes)
    {
        _recorder.Route = match.Route;
        ExchangeResult result;
        try
        {
            result = await _exchange.RunAsync(target, match.PrefixLength, _head.KeepAlive);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            _recorder.End(_exchange.Status, _exchange.ResponseBytes, _connection.ClientGone ? "client-gone" : "cut");
            throw;
        }
        finally
        {
            _settled = _exchange.Settled;
        }

        if (result.Fault is not { } fault)
        {
            _recorder.End(_exchange.Status, _exchange.ResponseBytes, null);
            return result.KeepAlive;
        }

        LocalRequest request = LocalRequests.From(_head);
        HeadFault bad = _exchange.RequestFault;
        bool keepAlive = result.KeepAlive && bad == HeadFault.None;

        // The page looks through /proc for what listens nearby, which takes longer than a socket's thread may be held.
        using LocalResponse response = bad != HeadFault.None
            ? ErrorPages.Status(request, bad.Status(), bad.Reason())
            : await Task.Run(() => ErrorPages.UpstreamDown(request, routes, match.Route!, fault, result.Detail));
        await RespondAsync(response, keepAlive, bad == HeadFault.None ? fault : null);
        return keepAlive;
    }

    /// <summary>Answers ourselves, and reads the request's body away where there is one.</summary>
    private async ValueTask<bool> AnswerAsync(LocalResponse response)
    {
        bool keepAlive = _head.KeepAlive && !Server.Stopping;
        if (_head.BodyKind != BodyKind.None)
        {
            Upload drain = new(_connection, _body, null);
            _settled = drain.Task;

            // A body that is all here already costs nothing; for another the client is told to stop.
            keepAlive &= drain.Ended && drain.Task.Result;
        }

        await RespondAsync(response, keepAlive);
        return keepAlive;
    }

    private async ValueTask RespondAsync(LocalResponse response, bool keepAlive, UpstreamFault? fault = null)
    {
        _connection.AwaitExchange(Wait.Stall, Limits.BodyWait);
        HeadWriter.AppendLocal(_output, response, !keepAlive ? "close"u8 : _head.IsHttp10 ? "keep-alive"u8 : []);
        if (!_head.IsHead && response.Status is not (204 or 304))
        {
            await SendBodyAsync(response);
        }

        _connection.Transport.Gather = !keepAlive && _settled.IsCompleted;
        await _output.FlushAsync();
        _connection.ExchangeEnded();
        _recorder.End(response.Status, _head.IsHead ? 0 : response.Length, fault?.Word());
    }

    private async ValueTask SendBodyAsync(LocalResponse response)
    {
        if (response.File is not { } file)
        {
            await _output.WriteAsync(response.Body);
            return;
        }

        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Limits.LargeBuffer);
        try
        {
            for (long sent = 0; sent < file.Length;)
            {
                int want = (int)Math.Min(buffer.Length, file.Length - sent);
                int read = await RandomAccess.ReadAsync(file.Handle, buffer.AsMemory(0, want), file.Offset + sent);
                if (read == 0)
                {
                    throw new IOException("the file shrank while it was sent");
                }

                await _output.WriteAsync(buffer.AsMemory(0, read));
                await _output.FlushAsync();
                _connection.AwaitExchange(Wait.Stall, Limits.BodyWait);
                sent += read;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Ends the connection in order: our end first, and then what the client still sends is read away for a while, since a reset would
    /// take the last response from it (RFC 9112 §9.6).
    /// </summary>
    private async Task CloseAsync(bool moreMayCome)
    {
        _connection.AwaitExchange(Wait.Linger, Limits.Linger);
        if (_stream is SslStream secure)
        {
            await secure.ShutdownAsync();
        }

        _connection.Transport.Gather = false;
        await _connection.Transport.SendGatheredAsync();
        Socket socket = _connection.Transport.Socket;
        if (moreMayCome || !_settled.IsCompleted || !_input.IsEmpty)
        {
            socket.Shutdown(SocketShutdown.Send);
            await _settled;
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
