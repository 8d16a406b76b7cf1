using System.Net;
using System.Runtime.CompilerServices;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Pages;
using Locald.Proxy.Routing;
using Locald.Proxy.StaticFiles;
using Locald.Proxy.Upstream;

namespace Locald.Proxy.Serving;

/// <summary>
/// The one way from a request to its response, for every version of HTTP: refused, answered by ourselves, or forwarded. Serves the
/// requests of one connection or stream, one after the other.
/// </summary>
internal sealed class RequestHandler
{
    private readonly ClientSide _client;
    private readonly RequestHead _head;
    private readonly BodyReader _body;
    private readonly ResponseWriter _response;
    private readonly Exchange _exchange;
    private readonly AccessRecorder _recorder;

    /// <param name="client">Whose requests they are, and their limits.</param>
    /// <param name="head">The request's head, parsed before each call.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="response">Where the response goes.</param>
    internal RequestHandler(ClientSide client, RequestHead head, BodyReader body, ResponseWriter response)
    {
        (_client, _head, _body, _response) = (client, head, body, response);
        _exchange = new(client, head, body, response, ForwardedFields.For(client.Client?.Address ?? IPAddress.Loopback, client.IsHttp2));
        _recorder = new(client, head, body);
    }

    /// <summary>Ends when nothing reads the latest request's body any more.</summary>
    internal Task Settled { get; private set; } = Task.CompletedTask;

    private ProxyServer Server => _client.Server;

    /// <summary>Why an answer broke off, for the log.</summary>
    private string Broken => _client.ClientGone ? "client-gone" : "cut";

    /// <summary>The request's head was read.</summary>
    internal void Begin()
    {
        Settled = Task.CompletedTask;
        _recorder.Begin();
    }

    /// <summary>Answers a request whose body is begun. Whether the connection may carry another one.</summary>
    /// <param name="serverName">The name in the TLS handshake; null or empty where it had none.</param>
    /// <exception cref="IOException">The client left, or the response broke off.</exception>
    internal ValueTask<bool> ServeAsync(string? serverName) => ServeAsync(serverName, heldUntil: 0);

    /// <param name="serverName">The name in the TLS handshake.</param>
    /// <param name="heldUntil">When an app that boots is waited for no more, by the server's clock; 0 where it was not yet.</param>
    private ValueTask<bool> ServeAsync(string? serverName, long heldUntil)
    {
        RouteTable routes = Server.Routes;
        RouteMatch match = Judge(routes, serverName, out LocalResponse? answer);
        if (answer is null && match.Route!.Target is UpstreamTarget target)
        {
            return ForwardAsync(match, target, routes, serverName, heldUntil);
        }

        if (answer is null)
        {
            _recorder.Route = match.Route;
            if (match.Route!.Target is BuiltInTarget)
            {
                return AnswerBuiltInAsync();
            }

            answer = StaticAnswer(match);
        }

        return AnswerAsync(answer);
    }

    /// <summary>Answers a request whose head is not in order; nothing of it goes anywhere.</summary>
    /// <exception cref="IOException">The client left.</exception>
    internal async ValueTask RefuseAsync(HeadFault fault)
    {
        using LocalResponse refusal = ErrorPages.Status(LocalRequests.From(_head), fault.Status(), fault.Reason());
        if (fault == HeadFault.MethodNotAllowed)
        {
            // RFC 9110 §15.5.6 asks for it; all methods but CONNECT and TRACE pass, and these are the known ones.
            refusal.Fields.Add(("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
        }

        await RespondAsync(refusal, keepAlive: false);
    }

    /// <summary>Sends an answer of our own.</summary>
    /// <exception cref="IOException">The client left.</exception>
    internal async ValueTask RespondAsync(LocalResponse response, bool keepAlive)
    {
        _client.AwaitExchange(Wait.Stall, Limits.BodyWait);
        LocalBody body = new(_client, _response);
        _recorder.IsPoll = _head.IsHead && _head.Find("locald-waiting") is not null;
        try
        {
            _response.Begin(response, keepAlive);
            if (!_head.IsHead && response.Status is not (204 or 304))
            {
                await body.SendAsync(response);
            }

            await _response.EndAsync(null, last: !keepAlive && Settled.IsCompleted);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            _recorder.End(response.Status, body.Sent, Broken);
            throw;
        }

        _client.ExchangeEnded();
        _recorder.End(response.Status, body.Sent, response.Status >= 400 ? response.Kind : null);
    }

    /// <summary>Finds the route, or the answer to a request that has none.</summary>
    private RouteMatch Judge(RouteTable routes, string? serverName, out LocalResponse? answer)
    {
        answer = null;
        ReadOnlySpan<byte> host = _head.Host;
        if (!HostScope.Covers(host) || !HostScope.Agrees(host, serverName))
        {
            answer = ErrorPages.Misdirected(LocalRequests.From(_head), serverName);
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
            _ => ErrorPages.UnknownName(LocalRequests.From(_head), routes, Server.Options.Nearest),
        };
        return match;
    }

    private LocalResponse StaticAnswer(RouteMatch match)
    {
        LocalRequest request = LocalRequests.From(_head);
        return StaticFolder.Respond((FolderTarget)match.Route!.Target, request, request.Path[match.PrefixLength..]);
    }

    private async ValueTask<bool> AnswerBuiltInAsync() => await AnswerAsync(await Server.Dashboard.RespondAsync(LocalRequests.From(_head), _client.Client?.Address));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ForwardAsync(RouteMatch match, UpstreamTarget target, RouteTable routes, string? serverName, long heldUntil)
    {
        _recorder.Route = match.Route;
        ExchangeResult result;
        try
        {
            result = await _exchange.RunAsync(target, match.PrefixLength, _head.KeepAlive);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            _recorder.End(_exchange.Status, _exchange.ResponseBytes, Broken);
            throw;
        }
        finally
        {
            Settled = _exchange.Settled;
        }

        if (result.Fault is not { } fault)
        {
            _recorder.End(_exchange.Status, _exchange.ResponseBytes, null);
            return result.KeepAlive;
        }

        if (fault == UpstreamFault.NoDescriptor)
        {
            Server.Shortage.Seen(Server.OpenConnections);
        }

        LocalRequest request = LocalRequests.From(_head);
        Boot? boot = fault is UpstreamFault.Refused or UpstreamFault.SocketMissing ? match.Route!.Boot : null;
        if (boot is not null && _head.BodyKind == BodyKind.None && request.Method is "GET" or "HEAD")
        {
            heldUntil = heldUntil == 0 ? Server.Now + Limits.BootWait : heldUntil;
            if (await HoldAsync(boot, heldUntil))
            {
                // The table is another one now.
                return await ServeAsync(serverName, heldUntil);
            }
        }

        HeadFault bad = _exchange.RequestFault;
        bool keepAlive = result.KeepAlive && bad == HeadFault.None;

        // The page looks through /proc for what listens nearby, which takes longer than a socket's thread may be held.
        using LocalResponse response = bad != HeadFault.None
            ? ErrorPages.Status(request, bad.Status(), bad.Reason())
            : boot is not null ? ErrorPages.Starting(request, match.Route!)
            : await Task.Run(() => ErrorPages.UpstreamDown(request, routes, match.Route!, fault, result.Detail, Server.Pools.For(target).DownSince));
        await RespondAsync(response, keepAlive);
        return keepAlive;
    }

    private async Task<bool> HoldAsync(Boot boot, long until)
    {
        try
        {
            return await Server.Held.WaitAsync(_client, boot, until);
        }
        catch (IOException)
        {
            _recorder.End(0, 0, "client-gone");
            throw;
        }
    }

    /// <summary>Answers ourselves, and reads the request's body away where there is one.</summary>
    private async ValueTask<bool> AnswerAsync(LocalResponse answer)
    {
        using LocalResponse response = answer;
        bool keepAlive = _head.KeepAlive && !Server.Stopping && response.Pieces is null;
        if (_head.BodyKind != BodyKind.None)
        {
            Upload drain = new(_client, _body, null);
            Settled = drain.Task;

            // A body that is all here already costs nothing; for another the client is told to stop.
            keepAlive &= drain.Ended && drain.Task.Result;
        }

        await RespondAsync(response, keepAlive);
        return keepAlive;
    }
}
