using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>Real browsers whose only way to the root is an administrator's policy.</summary>
public sealed class PolicyTrustTests
{
    [Fact(Timeout = 180_000)]
    public async Task Firefox_and_Chromium_take_the_root_from_their_policies()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/etc"], "rm -rf /etc/firefox");
        await using Upstream upstream = Upstream.Saying("the page");
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        string url = locald.Url("app.localhost");
        ProcessResult trust = (await sandbox.LocaldAsync("trust", "--store", "policy")).ShouldExit(0);
        Assert.Contains("the policies of Firefox   MISSING  added   TRUSTED", trust.Out);
        Assert.Contains("the policies of Chromium  MISSING  added   TRUSTED", trust.Out);
        await using (Firefox firefox = await Firefox.StartAsync(sandbox))
        {
            Assert.Null(await firefox.OpenAsync(url));
        }

        await using (Browser chromium = await Browser.StartAsync(sandbox))
        {
            Assert.Null(await chromium.OpenAsync(url));
        }

        // The policies go, and what Firefox imported from them goes with its profile's own store.
        (await sandbox.LocaldAsync("untrust")).ShouldExit(0);
        await using (Firefox firefox = await Firefox.StartAsync(sandbox))
        {
            Assert.Contains("SEC_ERROR_UNKNOWN_ISSUER", await firefox.OpenAsync(url));
        }

        await using (Browser chromium = await Browser.StartAsync(sandbox))
        {
            Assert.Equal("net::ERR_CERT_AUTHORITY_INVALID", await chromium.OpenAsync(url));
        }

        Assert.Equal("", (await sandbox.ShellAsync("find /etc/firefox /etc/chromium/policies -name 'locald*' 2>/dev/null")).Out);
    }
}
