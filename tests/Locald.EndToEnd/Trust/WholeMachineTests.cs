using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>Plain <c>locald trust</c>, on a machine with everything: what the doctor says before and after it is what the clients do.</summary>
public sealed class WholeMachineTests
{
    private static readonly string[] s_ofTheSystem = ["probe.system", "probe.curl", "probe.openssl", "probe.python"];

    [Fact(Timeout = 400_000)]
    public async Task One_trust_opens_the_page_everywhere_and_one_untrust_closes_it()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync(MountNamespace.TrustFolders);

        // Node has roots of its own; this is what `locald env` sets.
        machine.Sandbox.Variables["NODE_EXTRA_CA_CERTS"] = machine.Sandbox.Root;
        await ClosedAsync(machine);

        (await machine.Sandbox.LocaldAsync("trust")).ShouldExit(0);
        ILookup<string, string> after = await DoctorAsync(machine, 0);
        Assert.All([.. s_ofTheSystem, "probe.nss", "probe.node"], id => Assert.Equal("ok", Assert.Single(after[id].Distinct())));
        Assert.True(after["probe.nss"].Count() >= 2, "one database of Chromium, one of Firefox");
        Assert.Equal("the page", await machine.ChromiumShowsAsync());
        Assert.Equal("the page", await machine.FirefoxShowsAsync());

        (await machine.Sandbox.LocaldAsync("untrust")).ShouldExit(0);
        await ClosedAsync(machine);
    }

    private static async Task ClosedAsync(BrowserMachine machine)
    {
        ILookup<string, string> checks = await DoctorAsync(machine, 3);
        Assert.All([.. s_ofTheSystem, "trust.system", "trust.nss"], id => Assert.Equal("failed", Assert.Single(checks[id].Distinct())));

        // A database that does not hold the root has nothing to say of a certificate.
        Assert.Empty(checks["probe.nss"]);
        Assert.Equal("net::ERR_CERT_AUTHORITY_INVALID", await machine.ChromiumShowsAsync());
        Assert.Contains("SEC_ERROR_UNKNOWN_ISSUER", await machine.FirefoxShowsAsync());
    }

    /// <returns>The severities of each check, by its id.</returns>
    private static async Task<ILookup<string, string>> DoctorAsync(BrowserMachine machine, int code)
    {
        ProcessResult doctor = (await machine.Sandbox.LocaldAsync("doctor", "--json")).ShouldExit(code);
        using JsonDocument json = JsonDocument.Parse(doctor.Out);
        return json.RootElement.GetProperty("checks").EnumerateArray()
            .ToLookup(c => c.GetProperty("id").GetString()!, c => c.GetProperty("severity").GetString()!);
    }
}
