using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Locald.Control;
using Locald.Proxy.Routing;

namespace Locald.Tests.Control;

/// <summary>Whatever a peer does to the control socket, the next one is answered.</summary>
public sealed class HostilePeerTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_thousand_silent_connections_keep_nobody_out()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        List<NetworkStream> silent = [];
        for (int i = 0; i < 1000; i++)
        {
            silent.Add(await instance.ConnectAsync());
            if (i % 100 == 99)
            {
                await instance.AssertAnswersAsync();
            }
        }

        silent.ForEach(s => s.Dispose());
        await instance.AssertAnswersAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Connections_that_read_no_reply_keep_nobody_out()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        List<NetworkStream> deaf = [];
        for (int i = 0; i < 200; i++)
        {
            deaf.Add(await instance.ConnectAsync());
            try
            {
                await deaf[^1].WriteAsync("""{"v":1,"verb":"logs","follow":true}"""u8.ToArray().Append((byte)'\n').ToArray(), TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                // It had to give way already.
            }
        }

        await instance.AssertAnswersAsync();
        deaf.ForEach(s => s.Dispose());
    }

    [Fact(Timeout = Limit)]
    public async Task A_slow_writer_is_waited_for_and_others_are_answered_meanwhile()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        await using NetworkStream slow = await instance.ConnectAsync();
        foreach (byte b in """{"v":1,"verb":"status"}"""u8.ToArray())
        {
            await slow.WriteAsync(new[] { b }, TestContext.Current.CancellationToken);
            await instance.AssertAnswersAsync();
        }

        await slow.WriteAsync("\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Contains("\"pid\":4242", await new StreamReader(slow).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{"v":1,"verb":7}""", "verb is not text")]
    [InlineData("""{"v":"1","verb":"status"}""", "v is not a whole number")]
    [InlineData("""{"v":1.5,"verb":"status"}""", "v is not a whole number")]
    [InlineData("""{"v":1,"verb":"add","name":null,"target":"3000"}""", "name is not text")]
    [InlineData("""{"v":1,"verb":"add","name":"a","target":"3000","keep":"yes"}""", "keep is not true or false")]
    [InlineData("""{"v":1,"verb":"add","name":"a","target":"3000","holder":[]}""", "holder is not an object")]
    [InlineData("""{"v":1,"verb":"add","name":"a","target":"3000","holder":{}}""", "the holder has no pid")]
    [InlineData("""{"v":1,"verb":"add","name":"a","target":"3000","holder":{"pid":-1}}""", "the holder has no pid")]
    [InlineData("""{"v":1,"verb":"add","name":"a","target":"3000","holder":{"pid":1,"since":"now"}}""", "since is not a time")]
    [InlineData("""{"v":1,"verb":"add","name":"a","target":"3000"}""", "it would be nobody")]
    [InlineData("""{"v":1,"verb":"add","name":"a"}""", "a name or a target is missing")]
    [InlineData("""{"v":1,"verb":"add","name":"a_b","target":"3000","keep":true}""", "is not a name to serve")]
    [InlineData("""{"v":1,"verb":"add","name":"a","target":"gopher://x","keep":true}""", "is not a target")]
    [InlineData("""{"v":1,"verb":"remove"}""", "a name or a target is missing")]
    [InlineData("""{"v":1,"verb":"status"}{"v":1}""", "is invalid after a single JSON value")]
    [InlineData("""{"v":1,"verb":"\ud800"}""", "is not UTF-8")]
    [InlineData("{\"v\":1,\"verb\":\"\xff\"}", "is not UTF-8")]
    [InlineData("{\"\xff\":1}", "is not UTF-8")]
    public async Task Wrong_types_are_told(string request, string why)
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        string reply = await instance.SayAsync(Encoding.Latin1.GetBytes(request + "\n"));
        using JsonDocument json = JsonDocument.Parse(reply);
        Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Contains(why, json.RootElement.GetProperty("error").GetString());
        Assert.Single(instance.Routes.All);
        await instance.AssertAnswersAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Deep_JSON_and_a_line_without_an_end_are_refused()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"ok\":false", await instance.SayAsync(Encoding.ASCII.GetBytes("{\"x\":" + new string('[', 10_000) + "\n")));
        Assert.Contains("the request is too long", await instance.SayAsync(Encoding.ASCII.GetBytes(new string(' ', ControlMessage.LongestRequest + 1))));
        await instance.AssertAnswersAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_or_a_target_beyond_all_reason_is_refused()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        string name = "a/" + new string('b', ControlMessage.LongestName), target = "/" + new string('c', ControlMessage.LongestTarget);
        foreach (string request in (string[])[$"\"remove\",\"name\":\"{name}\"", $"\"add\",\"keep\":true,\"name\":\"a\",\"target\":\"{target}\""])
        {
            Assert.Contains("the name or the target is too long", await instance.SayAsync(Encoding.ASCII.GetBytes($"{{\"v\":1,\"verb\":{request}}}\n")));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_newer_protocol_is_told_of_in_words()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        Assert.Contains("this instance speaks version 1 of its protocol, not 2", await instance.SayAsync("{\"v\":2,\"verb\":\"status\"}\n"u8.ToArray()));
    }

    [Fact]
    [Trait("Inputs", "Random")]
    public async Task Random_requests_get_one_line_each_and_change_nothing_that_is_not_a_route()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        string[] seeds =
        [
            """{"v":1,"verb":"status"}""",
            """{"v":1,"verb":"add","name":"web","target":"localhost:5000","keep":true}""",
            """{"v":1,"verb":"add","name":"*.web/api","target":"unix:/tmp/x","holder":{"pid":1,"since":"2026-01-01T00:00:00Z","words":"npm run dev"},"force":true,"starting":true}""",
            """{"v":1,"verb":"remove","name":"web"}""",
            """{"v":1,"verb":"stop"}""",
        ];
        string[] tokens = ["{", "}", "[", "]", "\"", "\\u0000", "\\", ":", ",", "null", "true", "1e999", "\"verb\":", "\"holder\":{", "\"v\":1,", "\xff", "/*"];
        double accepted = RandomInputs.Run(seeds, tokens, (bytes, _) =>
        {
            ControlAnswer answer;
            try
            {
                answer = instance.Instance.Answer(ControlRequest.Read(bytes));
            }
            catch (JsonException)
            {
                return false;
            }

            Assert.Equal(answer.Line.Length - 1, answer.Line.Span.IndexOf((byte)'\n'));
            Assert.Null(answer.Then);
            ControlReply reply = ControlReply.Read(answer.Line.Span);
            Assert.InRange(instance.Routes.All.Count, 0, 1 + Locald.Serving.LiveRoutes.Most);
            Assert.All(instance.Routes.All, r => Assert.Equal(r.Route.Name, RouteName.Parse(r.Route.Name.ToString())));
            instance.Routes.ReplaceOwn(RouteTable.Create([Route.Parse("app=3000", "/")]));
            foreach (Locald.Serving.LiveRoute route in instance.Routes.All.Skip(1))
            {
                instance.Routes.Remove(route.Route.Name);
            }

            return reply.Error is null;
        });
        Assert.InRange(accepted, 0.05, 0.9);
        await instance.AssertAnswersAsync();
    }
}
