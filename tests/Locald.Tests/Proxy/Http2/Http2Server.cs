using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>An upstream's side of HTTP/2 that sends what it is told to.</summary>
internal sealed class Http2Server : Http2Peer
{
    private Http2Server(Wire wire)
        : base(wire)
    {
    }

    /// <summary>What leads <c>app</c> there.</summary>
    public static string Route(ScriptedUpstream upstream) => $"app=h2c://127.0.0.1:{upstream.Port}";

    /// <summary>An upstream that serves requests one after the other on each connection.</summary>
    public static ScriptedUpstream Serving(Func<Http2Server, Http2Frame, Task> serve, params (SettingId, uint)[] settings) => new(async wire =>
    {
        await using Http2Server peer = await GreetAsync(wire, settings);
        while (await peer.NextRequestAsync() is { } request)
        {
            await serve(peer, request);
        }
    });

    /// <summary>Reads the preface and answers it with SETTINGS; the client's own come with the frames.</summary>
    public static async Task<Http2Server> GreetAsync(Wire wire, params (SettingId Id, uint Value)[] settings)
    {
        Assert.Equal(Preface, await wire.ReadUpToAsync(Preface.Length));
        Http2Server server = new(wire);
        await server.SendAsync(FrameType.Settings, 0, 0, Settings(settings));
        return server;
    }

    /// <summary>The next request's field section; frames of the connection are kept for whoever asks. Null where the connection ended instead.</summary>
    public async Task<Http2Frame?> NextRequestAsync()
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.Lines.Any(static l => l.StartsWith(":method: ", StringComparison.Ordinal)))
            {
                return frame;
            }

            Keep(frame);
        }

        return null;
    }

    /// <summary>The body of a request, to its end.</summary>
    public async Task<string> ReadBodyAsync(Http2Frame request)
    {
        string body = "";
        for (Http2Frame? frame = request; frame is not null && !frame.IsLast;)
        {
            frame = await NextAsync(request.StreamId);
            body += frame is { Type: FrameType.Data } ? Messages.Heads.Text(frame.Payload) : "";
        }

        return body;
    }

    /// <summary>A response with its body, or without one.</summary>
    public async Task AnswerAsync(int id, string body = "", params (string Name, string Value)[] fields)
    {
        await SendAsync(FrameType.Headers, body.Length == 0 ? 5 : 4, id, Block([(":status", "200"), .. fields]));
        if (body.Length > 0)
        {
            await DataAsync(id, body, end: true);
        }
    }
}
