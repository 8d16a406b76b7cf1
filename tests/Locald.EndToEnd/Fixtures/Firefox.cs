using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Locald.EndToEnd.Fixtures;

/// <summary>
/// A headless Firefox that takes its profile from the sandbox's home as it would for any user, driven by WebDriver BiDi
/// (https://w3c.github.io/webdriver-bidi): JSON messages over a WebSocket on a loopback port that it chooses itself.
/// </summary>
public sealed partial class Firefox : IBrowser
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly ClientWebSocket _socket = new();
    private string _context = "";
    private int _number;

    private Firefox(ChildProcess process) => _process = process;

    /// <param name="sandbox">Whose user starts it.</param>
    /// <param name="profile">A profile folder; null lets Firefox choose, as it does when a person starts it.</param>
    public static async Task<Firefox> StartAsync(Sandbox sandbox, string? profile = null)
    {
        // Debian's name for it, else its own.
        List<string> line = ["-c", "exec \"$(command -v firefox-esr || echo firefox)\" \"$@\"", "sh", "--headless", "--remote-debugging-port", "0", "--no-remote"];
        line.AddRange(profile is null ? [] : ["--profile", profile]);
        Firefox firefox = new(sandbox.Start("sh", line));
        try
        {
            await firefox._process.UntilAsync(() => Listening().IsMatch(firefox._process.Error), "Firefox to listen", Limit);
            using CancellationTokenSource limit = new(Limit);
            await firefox._socket.ConnectAsync(new Uri(Listening().Match(firefox._process.Error).Groups[1].Value + "/session"), limit.Token);
            await firefox.CallAsync("session.new", new() { ["capabilities"] = new JsonObject() });
            JsonNode tree = await firefox.CallAsync("browsingContext.getTree", []);
            firefox._context = (string)tree["contexts"]![0]!["context"]!;
            return firefox;
        }
        catch
        {
            await firefox.DisposeAsync();
            throw;
        }
    }

    /// <returns>The reason of its error page, or null where the page came whole.</returns>
    public async Task<string?> OpenAsync(string url)
    {
        try
        {
            await CallAsync("browsingContext.navigate", new() { ["context"] = _context, ["url"] = url, ["wait"] = "complete" });
            return null;
        }
        catch (InvalidOperationException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>The text of the page.</summary>
    public Task<string> TextAsync() => EvaluateAsync("document.body.innerText");

    public async Task<string> EvaluateAsync(string expression)
    {
        JsonNode answer = await CallAsync("script.evaluate", new()
        {
            ["expression"] = expression,
            ["target"] = new JsonObject { ["context"] = _context },
            ["awaitPromise"] = true,
        });
        return answer["result"]?["value"]?.ToString() ?? answer.ToJsonString();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        using CancellationTokenSource limit = new(Limit);
        JsonObject call = new() { ["id"] = ++_number, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        while (true)
        {
            JsonNode message = await ReceiveAsync(limit.Token);
            if ((int?)message["id"] == _number)
            {
                return message["result"] ?? throw new InvalidOperationException((string?)message["message"] ?? message.ToJsonString());
            }
        }
    }

    private async Task<JsonNode> ReceiveAsync(CancellationToken limit)
    {
        using MemoryStream whole = new();
        byte[] buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), limit);
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(whole.ToArray())!;
    }

    [GeneratedRegex(@"WebDriver BiDi listening on (ws://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
