using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Locald.EndToEnd.Fixtures;

/// <summary>
/// A headless Chromium with a profile of its own, driven by the DevTools protocol over its pipe
/// (https://chromedevtools.github.io/devtools-protocol): JSON messages that end with a zero byte, on its descriptors 3 and 4.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private int _read;
    private int _number;
    private string? _session;

    private Browser(ChildProcess process) => _process = process;

    /// <summary>Starts it for this sandbox's user and opens one empty page.</summary>
    public static async Task<Browser> StartAsync(Sandbox sandbox)
    {
        // The shell lays the pipes where the browser looks for them; its own chatter goes to standard error.
        string script = $"""
            for browser in chromium google-chrome chromium-browser; do
                command -v $browser >/dev/null && break
            done
            exec "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking \
                --user-data-dir='{sandbox.At("chromium")}' --remote-debugging-pipe about:blank 3<&0 4>&1 </dev/null >&2
            """;
        Browser browser = new(sandbox.Start("sh", ["-c", script]));
        try
        {
            JsonNode target = await browser.CallAsync("Target.createTarget", new() { ["url"] = "about:blank" });
            JsonNode attached = await browser.CallAsync("Target.attachToTarget",
                new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true });
            browser._session = (string)attached["sessionId"]!;
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a URL. Returns the network's error, as <c>net::ERR_CERT_AUTHORITY_INVALID</c>, or null where the page came.</summary>
    public async Task<string?> OpenAsync(string url) => (string?)(await CallAsync("Page.navigate", new() { ["url"] = url }))["errorText"];

    /// <summary>Evaluates a JavaScript expression in the page, waits for a promise, and returns its value as text.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        JsonNode answer = await CallAsync("Runtime.evaluate",
            new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        return answer["result"]?["value"]?.ToString() ?? answer.ToJsonString();
    }

    /// <summary>Waits until an expression in the page gives this text.</summary>
    /// <exception cref="TimeoutException">It did not within the limit; the message tells what it gave instead.</exception>
    public async Task UntilAsync(string expression, string expected, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        string seen;
        while ((seen = await EvaluateAsync(expression)) != expected)
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"{expression} is {seen}, not {expected}");
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        JsonObject call = new() { ["id"] = ++_number, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            call["sessionId"] = _session;
        }

        await _process.WriteAsync(call.ToJsonString() + "\0");
        while (true)
        {
            JsonNode message = await ReadAsync();
            if ((int?)message["id"] == _number)
            {
                return message["result"] ?? throw new InvalidOperationException($"{method}: {message.ToJsonString()}");
            }
        }
    }

    private async Task<JsonNode> ReadAsync()
    {
        await _process.UntilAsync(() => _process.Out.IndexOf('\0', _read) >= 0, "an answer of the browser", AnswerLimit);
        string all = _process.Out;
        int end = all.IndexOf('\0', _read);
        JsonNode message = JsonNode.Parse(all[_read..end])!;
        _read = end + 1;
        return message;
    }
}
