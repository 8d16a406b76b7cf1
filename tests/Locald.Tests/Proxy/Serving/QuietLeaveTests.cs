using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Locald.Proxy.Connections;
using Locald.Tests.Proxy.Http2;

namespace Locald.Tests.Proxy.Serving;

/// <summary>An exception costs as much as a handshake; who merely goes away must not cost one.</summary>
[Collection(Alone.Name)]
public sealed class QuietLeaveTests
{
    private const int Limit = 30_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory(Timeout = Limit)]
    [InlineData("in order")]
    [InlineData("without the alert")]
    [InlineData("by closing")]
    [InlineData("with a reset")]
    public async Task A_client_of_HTTP_1_that_leaves_between_requests_costs_no_exception(string how)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        for (int i = 0; i < 2; i++)
        {
            // Whatever happens once in a process, has happened in the first turn.
            await using RawClient client = await server.ConnectAsync();
            Assert.Equal("ok", (await client.GetAsync()).Body);
            await server.UntilClientAwaited(Wait.Idle);
            await AssertQuiet(i > 0, () => LeaveAsync(client, how), server);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("in order")]
    [InlineData("without the alert")]
    [InlineData("by closing")]
    [InlineData("with a reset")]
    public async Task Nor_does_one_of_HTTP_2(string how)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        for (int i = 0; i < 2; i++)
        {
            await using Http2Client client = await Http2Client.ConnectAsync(server);
            Assert.Equal("ok", (await client.GetAsync(1)).Body);
            await TestServer.Until(() => !server.Proxy.Sweep());
            await AssertQuiet(i > 0, () => LeaveAsync(client.Wire, how), server);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("without the alert")]
    [InlineData("with a reset")]
    public async Task Nor_does_one_that_never_said_a_word(string how)
    {
        await using TestServer server = new();
        for (int i = 0; i < 2; i++)
        {
            await using RawClient client = await RawClient.PlainAsync(server.Port);
            await server.UntilClientAwaited(Wait.Handshake);
            await AssertQuiet(i > 0, () => LeaveAsync(client, how), server);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("in order")]
    [InlineData("without the alert")]
    [InlineData("by closing")]
    public async Task Nor_does_one_that_leaves_after_its_handshake(string how)
    {
        await using TestServer server = new();
        for (int i = 0; i < 20; i++)
        {
            // At once, so that what it leaves behind meets our session tickets, or the alert, on their way.
            await using RawClient client = await server.ConnectAsync();
            await AssertQuiet(i > 0, () => LeaveAsync(client, how), server);
        }
    }

    private static async Task LeaveAsync(RawClient client, string how)
    {
        switch (how)
        {
            case "in order":
                await client.EndAsync();
                break;
            case "without the alert":
                client.Socket.Shutdown(SocketShutdown.Send);
                break;
            case "by closing":
                client.Socket.Dispose();
                break;
            default:
                client.Reset();
                break;
        }
    }

    private static async Task AssertQuiet(bool count, Func<Task> leave, TestServer server)
    {
        ConcurrentQueue<string> thrown = new();
        void Note(object? sender, FirstChanceExceptionEventArgs e) => thrown.Enqueue($"{e.Exception}");
        AppDomain.CurrentDomain.FirstChanceException += Note;
        try
        {
            await leave();
            await server.UntilNobodyIsConnected();
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Note;
        }

        if (count)
        {
            Assert.Empty(thrown);
        }
    }
}
