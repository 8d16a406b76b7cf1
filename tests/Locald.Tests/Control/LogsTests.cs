using System.Text.Json;
using Locald.Commands;
using Locald.Control;
using Locald.Proxy;
using Locald.Proxy.Logging;

namespace Locald.Tests.Control;

/// <summary>The requests of the running instance, over its socket.</summary>
public sealed class LogsTests
{
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task The_latest_requests_are_given_and_then_it_ends()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        instance.Feed.Add(Request("/1"));
        instance.Feed.Add(Request("/2"));
        List<string> paths = [];
        Assert.True(await RunningInstance.LogAsync(instance.Session, follow: false, line => paths.Add(JsonLine.Read(line.Span).Record.Path), TestContext.Current.CancellationToken));
        Assert.Equal(["/1", "/2"], paths);
    }

    [Fact(Timeout = Limit)]
    public async Task Who_follows_gets_those_to_come_until_the_instance_ends()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        instance.Feed.Add(Request("/before"));
        List<string> paths = [];
        TaskCompletionSource begun = new();
        Task<bool> following = RunningInstance.LogAsync(instance.Session, follow: true, line =>
        {
            paths.Add(JsonLine.Read(line.Span).Record.Path);
            begun.TrySetResult();
        }, TestContext.Current.CancellationToken);
        await begun.Task;
        for (int i = 0; i < 100; i++)
        {
            instance.Feed.Add(Request($"/{i}"));
        }

        instance.Feed.Close();
        Assert.True(await following);
        Assert.Equal(["/before", .. Enumerable.Range(0, 100).Select(i => $"/{i}")], paths);
    }

    [Fact(Timeout = Limit)]
    public async Task No_more_follow_than_may_and_who_leaves_makes_room()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        List<CancellationTokenSource> leaving = [];
        List<Task> following = [];
        instance.Feed.Add(Request("/"));
        for (int i = 0; i < Limits.Followers; i++)
        {
            CancellationTokenSource leave = new();
            leaving.Add(leave);
            TaskCompletionSource begun = new();
            following.Add(RunningInstance.LogAsync(instance.Session, follow: true, _ => begun.TrySetResult(), leave.Token));
            await begun.Task;
        }

        UserError error = await Assert.ThrowsAsync<UserError>(() => RunningInstance.LogAsync(instance.Session, follow: true, _ => { }, TestContext.Current.CancellationToken));
        Assert.Contains("as many follow the log already as may", error.Message);
        await leaving[0].CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following[0]);

        // Nothing tells when the instance has seen it.
        while (instance.Feed.Follow() is not { } follower)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        leaving.ForEach(l => l.Cancel());
        await Task.WhenAll(following.Select(f => f.ContinueWith(_ => { }, TaskScheduler.Default)));
        leaving.ForEach(l => l.Dispose());
    }

    [Fact]
    public async Task The_command_prints_the_lines_that_serve_would()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        instance.Feed.Add(Request("/a"));
        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} 200 GET +12\.3ms +5B app\.localhost/a -> localhost:3000\n$", await RunAsync(instance.Session, "logs"));

        using JsonDocument json = JsonDocument.Parse(await RunAsync(instance.Session, "logs", "--json"));
        Assert.Equal("/a", json.RootElement.GetProperty("path").GetString());
    }

    private static async Task<string> RunAsync(Session session, params string[] line)
    {
        using MemoryStream output = new();
        session = session with { Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false, output) };
        Assert.Equal(ExitCode.Done, await CommandTable.RunAsync(line, session));
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    private static RequestRecord Request(string path) => new()
    {
        Time = DateTimeOffset.UnixEpoch, Protocol = "HTTP/2", Method = "GET", Host = "app.localhost", Path = path, Status = 200,
        Duration = TimeSpan.FromMilliseconds(12.3), ResponseBytes = 5, Upstream = "localhost:3000",
    };
}
