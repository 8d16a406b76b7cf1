using System.Text.Json.Nodes;

namespace Locald.EndToEnd.Fixtures;

/// <summary>
/// A headless Chromium with a profile of its own, driven by the DevTools protocol over its pipe
/// (https://chromedevtools.github.io/devtools-protocol): JSON messages that end with a zero byte, on its descriptors 3 and 4.
/// </summary>
public sealed class Browser : IBrowser
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private int _read;
    private int _number;
    private string? _session;

    private Browser(ChildProcess process) => _process = process;

    /// <summary>What its console was told of errors, once <see cref="WatchAsync"/> was called.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Starts it for this sandbox's user and opens one empty page.</summary>
    public static async Task<IBrowser> StartAsync(Sandbox sandbox)
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

    /// <returns>The network's error, as <c>net::ERR_CERT_AUTHORITY_INVALID</c>, or null where the page came.</returns>
    public async Task<string?> OpenAsync(string url) => (string?)(await CallAsync("Page.navigate", new() { ["url"] = url }))["errorText"];

    public async Task<string> EvaluateAsync(string expression)
    {
        JsonNode answer = await CallAsync("Runtime.evaluate",
            new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        return answer["result"]?["value"]?.ToString() ?? answer.ToJsonString();
    }

    /// <summary>From now on errors of pages are kept: exceptions, what a policy forbids, and what scripts complain of.</summary>
    public async Task WatchAsync()
    {
        await CallAsync("Runtime.enable", []);
        await CallAsync("Log.enable", []);
    }

    /// <summary>Shows pages as that wide, and in that scheme of colours.</summary>
    public async Task LookAsync(int width, bool dark)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = 800, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        JsonObject scheme = new() { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" };
        await CallAsync("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(scheme) });
    }

    /// <summary>Each node of the accessibility tree that a person meets, as <c>role: name</c>.</summary>
    public async Task<IReadOnlyList<string>> AccessibleAsync()
    {
        JsonNode tree = await CallAsync("Accessibility.getFullAXTree", []);
        return
        [
            .. tree["nodes"]!.AsArray().Where(n => !(bool)n!["ignored"]!)
                .Select(n => $"{n!["role"]?["value"]}: {n["name"]?["value"]}"),
        ];
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
            Note(message);
            if ((int?)message["id"] == _number)
            {
                return message["result"] ?? throw new InvalidOperationException($"{method}: {message.ToJsonString()}");
            }
        }
    }

    private void Note(JsonNode message)
    {
        JsonNode? what = message["params"];
        if ((string?)message["method"] is "Runtime.exceptionThrown"
            || ((string?)message["method"] == "Runtime.consoleAPICalled" && (string?)what?["type"] is "error" or "warning" or "assert")
            || ((string?)message["method"] == "Log.entryAdded" && (string?)what?["entry"]?["level"] is "error" or "warning"))
        {
            Errors.Add(message.ToJsonString());
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
