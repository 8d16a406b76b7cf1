using Locald.EndToEnd.Clients;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Pages;

/// <summary>locald's own pages, as Chromium shows them.</summary>
[Collection(nameof(TrustedMachine))]
public sealed class PageTests(TrustedMachine machine)
{
    private const int Limit = 240_000;
    private const string Dashboard = "locald.localhost";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact(Timeout = Limit)]
    public async Task The_dashboard_shows_requests_as_they_come_and_finds_one_among_them()
    {
        await using Upstream app = Upstream.Saying("hello");
        await using RunningLocald locald = await machine.Sandbox.ServeAsync($"app={app.Port}", "down=1", "--log", "requests", "--log-format", "json");
        await using Browser browser = await OpenAsync(locald, Dashboard);
        await UntilAsync(browser, "document.getElementById('live').textContent", "Live");
        await UntilAsync(browser, "document.getElementById('empty').hidden", "false");

        await AskAsync(locald.Url("app.localhost") + "/first");
        await UntilAsync(browser, Rows, "200 GET app.localhost/first");
        const string Hostile = "/<img/src=x/onerror=document.title='owned'>";
        await AskAsync(locald.Url("app.localhost") + Hostile, "-X", "PUT");
        await UntilAsync(browser, Rows, $"200 PUT app.localhost{Hostile} | 200 GET app.localhost/first");
        Assert.Equal("0 locald", await browser.EvaluateAsync("document.querySelectorAll('main img').length + ' ' + document.title"));
        await AskAsync(locald.Url("down.localhost") + "/");
        await UntilAsync(browser, "document.getElementById('shown').textContent", "3 shown");

        await FilterAsync(browser, "put app");
        Assert.Equal($"200 PUT app.localhost{Hostile}", await browser.EvaluateAsync(Rows));
        Assert.Equal("1 of 3 shown", await browser.EvaluateAsync("document.getElementById('shown').textContent"));
        await FilterAsync(browser, "");
        await browser.EvaluateAsync("document.getElementById('failed').click()");
        Assert.Equal("502 GET down.localhost/upstream-refused", await browser.EvaluateAsync(Rows));
        await browser.EvaluateAsync("document.getElementById('failed').click()");

        await browser.EvaluateAsync("document.getElementById('pause').click()");
        await AskAsync(locald.Url("app.localhost") + "/held");
        await AskAsync(locald.Url("down.localhost") + "/held");
        Assert.Equal("3 shown", await browser.EvaluateAsync("document.getElementById('shown').textContent"));
        await browser.EvaluateAsync("document.getElementById('pause').click()");
        await UntilAsync(browser, "document.getElementById('shown').textContent", "5 shown");
        Assert.Empty(browser.Errors);

        // Whoever looks is no reason to stop late, and is told to look again.
        string log = (await locald.StopAsync()).ShouldExit(0).Out;
        Assert.Matches("\"path\":\"/events\",\"status\":200,.*\"fault\":null", log);
        await UntilAsync(browser, "document.getElementById('live').textContent", "Waiting for locald");
    }

    [Fact(Timeout = Limit)]
    public async Task Firefox_shows_requests_as_they_come_too()
    {
        await using Upstream app = Upstream.Saying("hello");
        await using RunningLocald locald = await machine.Sandbox.ServeAsync($"app={app.Port}");
        await using IBrowser browser = await Firefox.StartAsync(machine.Sandbox);
        Assert.Null(await browser.OpenAsync(locald.Url(Dashboard)));
        await UntilAsync(browser, "document.getElementById('live').textContent", "Live");
        await AskAsync(locald.Url("app.localhost") + "/seen");
        await UntilAsync(browser, Rows, "200 GET app.localhost/seen");
    }

    [Fact(Timeout = Limit)]
    public async Task The_dashboard_shows_a_route_come_up()
    {
        int port = RunningLocald.FreePort();
        await using RunningLocald locald = await machine.Sandbox.ServeAsync($"app={port}");
        await using Browser browser = await OpenAsync(locald, Dashboard);
        const string State = "document.querySelector('#routes .state').textContent";
        await UntilAsync(browser, State, "down");
        await using Upstream app = Upstream.Saying("hello", port);
        await UntilAsync(browser, State, "up");
        await UntilAsync(browser, "document.querySelectorAll('#stores .good').length > 0", "true");
        Assert.Empty(browser.Errors);
    }

    [Fact(Timeout = Limit)]
    public async Task The_page_of_an_app_that_is_down_opens_it_when_it_is_up()
    {
        int port = RunningLocald.FreePort();
        await using RunningLocald locald = await machine.Sandbox.ServeAsync($"app={port}");
        await using Browser browser = await OpenAsync(locald, "app.localhost");
        await UntilAsync(browser, "document.getElementById('waiting').textContent", "Waiting for the app. This page opens it by itself.");
        await using Upstream app = Upstream.Saying("hello again", port);
        await UntilAsync(browser, "document.body.innerText", "hello again");
    }

    [Fact(Timeout = Limit)]
    public async Task Apps_under_other_names_can_not_read_the_dashboard()
    {
        await using Upstream app = Upstream.Start(exchange => exchange.RespondAsync("<!doctype html><title>app</title>", type: "text/html"));
        await using RunningLocald locald = await machine.Sandbox.ServeAsync($"app={app.Port}");
        await using Browser browser = await OpenAsync(locald, "app.localhost");
        await UntilAsync(browser, "document.title", "app");
        string url = locald.Url(Dashboard);
        string[] tries =
        [
            $"fetch('{url}/').then(() => 'read', () => 'refused')",
            $"fetch('{url}/', {{ mode: 'no-cors' }}).then(() => 'read', () => 'refused')",
            $"fetch('{url}/', {{ headers: {{ accept: 'application/json' }}, credentials: 'include' }}).then(() => 'read', () => 'refused')",
            $"new Promise(done => {{ const e = new EventSource('{url}/events'); e.onopen = () => done('read'); e.onerror = () => done('refused'); }})",
            $"new Promise(done => {{ const s = document.createElement('script'); s.src = '{url}/'; s.onload = () => done('read'); s.onerror = () => done('refused'); document.head.append(s); }})",
            $"new Promise(done => {{ const f = document.createElement('iframe'); f.src = '{url}/'; f.onload = () => done(f.contentDocument ? 'read' : 'refused'); document.body.append(f); }})",
        ];
        foreach (string attempt in tries)
        {
            Assert.Equal("refused", await browser.EvaluateAsync(attempt));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Every_page_can_be_read_by_everyone_in_light_and_dark_on_a_phone_and_a_screen()
    {
        string rules = await File.ReadAllTextAsync(Assets.At("accessibility.js"), TestContext.Current.CancellationToken);
        await using Upstream app = Upstream.Saying("hello");
        await using RunningLocald locald = await machine.Sandbox.ServeAsync($"app={app.Port}", "down=1", "*.a-name-of-some-length.and-another-one=1");
        foreach (string path in (string[])["/", "/a/long/path/without/an/end" + new string('x', 200), "/?query=1&other=2"])
        {
            await AskAsync(locald.Url("app.localhost") + path);
        }

        await AskAsync(locald.Url("down.localhost") + "/");
        await using Browser browser = await OpenAsync(locald, "app.localhost");
        foreach ((string host, string ready) in ((string, string)[])[(Dashboard, "document.getElementById('live').textContent == 'Live'"), ("down.localhost", "document.title != ''"), ("dwn.localhost", "document.title != ''")])
        {
            foreach (bool dark in (bool[])[false, true])
            {
                foreach (int width in (int[])[360, 1280])
                {
                    await browser.LookAsync(width, dark);
                    Assert.Null(await browser.OpenAsync(locald.Url(host)));
                    await UntilAsync(browser, ready, "true");
                    Assert.Equal("", await browser.EvaluateAsync(rules));
                    Assert.DoesNotContain(await browser.AccessibleAsync(), node => node is "link: " or "button: " or "searchbox: " or "checkbox: " or "heading: " or "table: ");
                }
            }
        }
    }

    /// <summary>The visible requests: status, method, address and fault, newest first.</summary>
    private const string Rows =
        "[...document.querySelectorAll('#requests tr')].filter(r => !r.hidden).map(r => [...r.cells].slice(1, 4).map(c => c.textContent).join(' ')).join(' | ')";

    private async Task<Browser> OpenAsync(RunningLocald locald, string name)
    {
        Browser browser = (Browser)await Browser.StartAsync(machine.Sandbox);
        await browser.WatchAsync();
        Assert.Null(await browser.OpenAsync(locald.Url(name)));
        return browser;
    }

    private static Task UntilAsync(IBrowser browser, string expression, string expected) => browser.UntilAsync(expression, expected, Soon);

    private async Task AskAsync(string url, params string[] options) => (await machine.Sandbox.RunAsync("curl", ["-sg", "-o", "/dev/null", .. options, url])).ShouldExit(0);

    private static Task FilterAsync(Browser browser, string words) =>
        browser.EvaluateAsync($"(f => {{ f.value = '{words}'; f.dispatchEvent(new Event('input')); }})(document.getElementById('filter'))");
}
