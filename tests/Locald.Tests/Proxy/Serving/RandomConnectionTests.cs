using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Locald.Proxy;
using Locald.Tests.Proxy.Http1;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Serving;

/// <summary>
/// Connections with many requests behind each other, some of them damaged: only what a strict reader takes for a request reaches the
/// upstream, with its own body, and is answered in its turn.
/// </summary>
[Trait("Inputs", "Random")]
public sealed partial class RandomConnectionTests
{
    /// <summary>Of a connection.</summary>
    private const int Requests = 30;

    private const int Limit = 120_000;
    private const string Hidden = "GET /hidden HTTP/1.1\r\nHost: app.localhost\r\n\r\n";

    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "\r\n\r\n", "\0", " ", "\t", ":", ",", "0\r\n\r\n", "chunked", "Content-Length: 0\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n", "Transfer_Encoding: chunked\r\n", "Connection: close\r\n", "Connection: upgrade\r\nUpgrade: x\r\n", "Host: app.localhost\r\n", "X: y\r\n z\r\n",
        "Connection: content-length, transfer-encoding\r\n", "https://app.localhost", " HTTP/1.0", Hidden,
    ];

    [Fact]
    public async Task Only_what_a_strict_reader_takes_for_a_request_is_forwarded_and_answered_in_its_turn()
    {
        ConcurrentQueue<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            while (await peer.ReadHeadAsync() is { Length: > 0 } head)
            {
                string start = head[..head.IndexOf('\r', StringComparison.Ordinal)];
                seen.Enqueue($"{start}\n{await BodyAsync(peer, head)}");
                await peer.SendAsync($"HTTP/1.1 200 OK\r\nX-Start: {start}\r\nContent-Length: 0\r\n\r\n");
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        Random random = new(RandomInputs.Seed);
        byte[][] tokens = [.. Tokens.Select(Heads.Bytes)];
        long started = Stopwatch.GetTimestamp();
        string[] before = [];
        int sent = 0, answered = 0;
        while (sent < RandomInputs.Count)
        {
            List<byte> input = [];
            for (int i = random.Next(1, Requests); i > 0 && sent < RandomInputs.Count; i--)
            {
                byte[] request = Heads.Bytes(Request(random, ++sent));
                input.AddRange(random.Next(6) == 0 ? RandomInputs.Mutate([request], tokens, random) : request);
                RandomInputs.Tell(sent, answered, started);
            }

            byte[] bytes = [.. input];
            try
            {
                string[] expected = [.. Read(Heads.Text(bytes))];
                string[] answers = await SendAsync(server, bytes);
                answered += answers.Length;
                int at = 0;
                Assert.All(answers, start => Assert.InRange(at = 1 + Array.FindIndex(expected, at, e => e.StartsWith(start + "\n", StringComparison.Ordinal)), 1, expected.Length));

                // What was forwarded for a client that is gone may be read a little later.
                string[] known = [.. expected, .. before];
                while (seen.TryDequeue(out string? request))
                {
                    Assert.Contains(request, known);
                }

                before = known.Length > 1000 ? expected : known;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"up to input {sent} of LOCALD_RANDOM_SEED={RandomInputs.Seed}, in hexadecimal: {Convert.ToHexStringLower(bytes)}", e);
            }
        }

        Assert.InRange(answered, sent / 5, sent);
        await server.UntilNobodyIsConnected().WaitAsync(TimeSpan.FromMilliseconds(Limit), TestContext.Current.CancellationToken);
    }

    private static string Request(Random random, int number)
    {
        string head = $" /{number} HTTP/1.1\r\nHost: app.localhost\r\n";
        return random.Next(6) switch
        {
            0 => $"GET{head}Accept: */*\r\n\r\n",
            1 => $"POST{head}Content-Length: {Hidden.Length}\r\n\r\n{Hidden}",
            2 => $"PUT{head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n{Hidden.Length:x};x=y\r\n{Hidden}\r\n0\r\nSum: 1\r\n\r\n",
            3 => $"HEAD https://app.localhost{head[1..]}\r\n",
            4 => $"DELETE{head}Content-Length: 0\r\nConnection: keep-alive\r\n\r\n",
            _ => $"GET /{number} HTTP/1.0\r\nHost: app.localhost\r\nConnection: keep-alive\r\nX: {number}\r\n\r\n",
        };
    }

    /// <summary>The start lines that the upstream's answers tell of.</summary>
    private static async Task<string[]> SendAsync(TestServer server, byte[] bytes)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        await using RawClient client = await server.ConnectAsync();
        Task sending = Task.Run(async () =>
        {
            try
            {
                await client.SendAsync(bytes);
                client.Socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // It was told to go before.
            }
        }, limit.Token);
        string answers = await client.ReadRestAsync().WaitAsync(limit.Token);
        await sending;
        return [.. Answered().Matches(answers).Select(m => m.Groups[1].Value)];
    }

    /// <exception cref="IOException">It was cut: that is no request.</exception>
    private static async Task<string> BodyAsync(ScriptedUpstream.Peer peer, string head)
    {
        if (Fields.Of(head, "transfer-encoding").Length > 0)
        {
            return await peer.ReadChunkedAsync();
        }

        long length = Fields.Of(head, "content-length") is [var said] ? long.Parse(said, CultureInfo.InvariantCulture) : 0;
        string body = await peer.ReadUpToAsync((int)Math.Min(int.MaxValue, length));
        return body.Length == length ? body : throw new IOException("the body is not whole");
    }

    /// <summary>The requests one after the other, up to the first that is none, each as its start line goes on, a line feed and its body.</summary>
    private static IEnumerable<string> Read(string input)
    {
        for (int at = 0; Head().Match(input, at) is { Success: true } head && head.Length <= Limits.Head;)
        {
            at += head.Length;
            if (NaiveFields.Read(head.Groups[3].Value) is not { } lines)
            {
                yield break;
            }

            string start = $"{head.Groups[1].Value} {Target(head.Groups[1].Value, head.Groups[2].Value)} HTTP/1.1";
            if (NaiveFields.Values(lines, "transfer-encoding").Any())
            {
                if (NaiveChunks.Read(input[at..]) is not { } body)
                {
                    yield break;
                }

                yield return $"{start}\n{body.Data}";
                at += body.End;
                continue;
            }

            string length = NaiveFields.Values(lines, "content-length").FirstOrDefault("0").Split(',')[0].Trim(' ', '\t');
            if (long.Parse(length, CultureInfo.InvariantCulture) is var count && count > input.Length - at)
            {
                yield break;
            }

            yield return $"{start}\n{input.Substring(at, (int)count)}";
            at += (int)count;
        }
    }

    /// <summary>The absolute form without its scheme and host.</summary>
    private static string Target(string method, string target)
    {
        string rest = Absolute().Replace(target, "");
        return rest.Length == 0 ? (method == "OPTIONS" ? "*" : "/") : rest[0] == '?' ? "/" + rest : rest;
    }

    [GeneratedRegex(@"X-Start: (.*)\r\n")]
    private static partial Regex Answered();

    /// <summary>Empty lines that are ignored, the start line, the field lines and the empty line.</summary>
    [GeneratedRegex(@"\G(?:\r\n)*([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP/1\.[0-9]\r\n((?:[^\r\n][^\n]*\n)*?)\r\n")]
    private static partial Regex Head();

    [GeneratedRegex("^https?://[^/?]*", RegexOptions.IgnoreCase)]
    private static partial Regex Absolute();
}
