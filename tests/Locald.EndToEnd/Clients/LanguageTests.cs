using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>HTTP clients of programming languages, as their users run them after <c>locald trust</c>.</summary>
[Collection(nameof(TrustedMachine))]
public sealed class LanguageTests(TrustedMachine machine)
{
    private IEnumerable<string> Urls => [.. machine.Good.Keys, machine.Stolen];

    [Theory(Timeout = 120_000)]
    [InlineData("default")]
    [InlineData("strict")]
    public async Task Python_accepts_every_name_and_refuses_a_stolen_key(string flags) =>
        machine.Judge(await machine.Sandbox.RunAsync("/usr/bin/python3", [Assets.At("client.py"), flags, .. Urls]));

    [Fact(Timeout = 120_000)]
    public async Task Node_accepts_every_name_and_refuses_a_stolen_key() =>
        machine.Judge(await machine.Sandbox.RunAsync("env", [$"NODE_EXTRA_CA_CERTS={machine.Sandbox.Root}", "node", Assets.At("client.mjs"), .. Urls]));

    // The JDK takes a trust anchor's key and name alone, not its constraints (RFC 5280 §6.1.1 leaves it free to).
    [Fact(Timeout = 120_000)]
    public async Task Java_accepts_every_name() =>
        machine.Judge(await machine.Sandbox.RunAsync("java", [Assets.At("Client.java"), .. Urls]), takesStolen: true);

    [Fact(Timeout = 300_000)]
    public async Task Go_accepts_every_name_and_refuses_a_stolen_key()
    {
        string cache = Assets.Cache("go");
        machine.Judge(await machine.Sandbox.RunAsync("env",
            ["CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GO111MODULE=off", $"GOCACHE={cache}", $"GOPATH={cache}/path", "go", "run", Assets.At("client.go"), .. Urls],
            limit: TimeSpan.FromMinutes(4)));
    }
}
