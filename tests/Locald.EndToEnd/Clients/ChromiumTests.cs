using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>What a developer sees in the browser.</summary>
[Collection(nameof(TrustedMachine))]
public sealed class ChromiumTests(TrustedMachine machine)
{
    [Fact(Timeout = 180_000)]
    public async Task Chromium_accepts_every_name_and_refuses_a_stolen_key()
    {
        await using IBrowser browser = await Browser.StartAsync(machine.Sandbox);
        foreach ((string url, string text) in machine.Good)
        {
            Assert.Null(await browser.OpenAsync(url));
            await browser.UntilAsync("document.body.innerText", text, TimeSpan.FromSeconds(20));
            Assert.Equal("true", await browser.EvaluateAsync("isSecureContext"));
        }

        Assert.Equal("net::ERR_CERT_INVALID", await browser.OpenAsync(machine.Stolen));
    }
}
