namespace Locald.EndToEnd.Trust;

/// <summary>Browsers before and after <c>locald trust --policy</c>, whose home folders are not touched.</summary>
public sealed class PolicyTrustTests
{
    private const string Page = "the page";

    [Fact(Timeout = 180_000)]
    public async Task Policies_make_browsers_trust_that_keep_no_store_yet()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync("/etc");
        string before = (await machine.Sandbox.ShellAsync("find /etc | sort")).ShouldExit(0).Out;
        (await machine.Sandbox.LocaldAsync("trust", "--store", "policy")).ShouldExit(0);
        (await machine.Sandbox.LocaldAsync("status", "--store", "policy")).ShouldExit(0);
        Assert.Equal(Page, await machine.ChromiumShowsAsync());
        Assert.Equal(Page, await machine.FirefoxShowsAsync());

        // Chromium forgets with the policy; what Firefox imported is in its profile, a store of its own.
        (await machine.Sandbox.LocaldAsync("untrust", "--store", "policy")).ShouldExit(0);
        Assert.Equal("net::ERR_CERT_AUTHORITY_INVALID", await machine.ChromiumShowsAsync());
        Assert.Equal(Page, await machine.FirefoxShowsAsync());
        (await machine.UntrustAsync()).ShouldExit(0);
        Assert.Contains("SEC_ERROR_UNKNOWN_ISSUER", await machine.FirefoxShowsAsync());
        Assert.Equal(before, (await machine.Sandbox.ShellAsync("find /etc | sort")).Out);
    }

    [Fact(Timeout = 180_000)]
    public async Task An_administrators_policies_stay_in_force_and_come_back_as_they_were()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync("/etc");
        const string Setup = """
            mkdir -p /etc/firefox/policies /etc/chromium/policies/managed
            printf '{\n\t"policies": {"Certificates": {"Install": ["/etc/their.pem"]}, "DisableAppUpdate": true}\n}\n' > /etc/firefox/policies/policies.json
            printf '{ // theirs\n "CACertificates": [ ], }' > /etc/chromium/policies/managed/zz.json
            cd /etc; cat firefox/policies/policies.json chromium/policies/managed/zz.json; ls firefox/policies chromium/policies/managed
            """;
        string before = (await machine.Sandbox.ShellAsync(Setup)).ShouldExit(0).Out;
        (await machine.Sandbox.LocaldAsync("trust", "--store", "policy")).ShouldExit(0);
        Assert.Equal(Page, await machine.ChromiumShowsAsync());
        Assert.Equal(Page, await machine.FirefoxShowsAsync());

        // Without being asked for policies, untrust finds those that it made.
        (await machine.Sandbox.LocaldAsync("untrust")).ShouldExit(0);
        Assert.Equal(before, (await machine.Sandbox.ShellAsync(
            "cd /etc; cat firefox/policies/policies.json chromium/policies/managed/zz.json; ls firefox/policies chromium/policies/managed")).Out);
    }
}
