using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>A real Java with a key store of its own, asked before and after.</summary>
public sealed class JavaTrustTests
{
    [Fact(Timeout = 240_000)]
    public async Task Java_refuses_accepts_after_trust_and_refuses_after_untrust()
    {
        await using Sandbox sandbox = new();
        JavaHomeFolder java = await JavaHomeFolder.CreateAsync(sandbox);
        await using Upstream upstream = Upstream.Saying("hello from app");
        await using RunningLocald locald = await sandbox.ServeAsync($"localhost={upstream.Port}");
        string url = locald.Url("127.0.0.1") + "/";
        string[] others = await java.OthersAsync();
        Assert.True(others.Length > 50, $"{others.Length} entries");
        Assert.StartsWith($"{url} REFUSED", await java.AskAsync(url));

        ProcessResult trust = (await sandbox.LocaldAsync("trust", "--store", "java")).ShouldExit(0);
        Assert.Contains($"Java ({java.Path})  MISSING  added   TRUSTED  {java.KeyStore} holds the root\n", trust.Out);
        Assert.Equal($"{url} OK hello from app\n", await java.AskAsync(url));
        Assert.Equal(others, await java.OthersAsync());
        (await sandbox.LocaldAsync("status", "--store", "java")).ShouldExit(0);

        (await sandbox.LocaldAsync("untrust", "--store", "java")).ShouldExit(0);
        Assert.StartsWith($"{url} REFUSED", await java.AskAsync(url));
        Assert.Equal(others, await java.OthersAsync());
        Assert.Equal("", (await sandbox.ShellAsync($"ls -A {java.Path}/lib/security | grep locald")).Out);
    }

    [Fact(Timeout = 240_000)]
    public async Task Two_users_that_trust_at_once_are_both_trusted()
    {
        await using Sandbox sandbox = new();
        JavaHomeFolder java = await JavaHomeFolder.CreateAsync(sandbox);
        string[] others = await java.OthersAsync();
        ProcessResult[] both = await Task.WhenAll(new[] { "one", "two" }.Select(user =>
            sandbox.RunAsync("env", [$"LOCALD_HOME={sandbox.At(user)}", LocaldBinary.Path, "trust", "--store", "java"])));
        Assert.All(both, result => result.ShouldExit(0));
        foreach (string user in new[] { "one", "two" })
        {
            (await sandbox.RunAsync("env", [$"LOCALD_HOME={sandbox.At(user)}", LocaldBinary.Path, "status", "--store", "java"])).ShouldExit(0);
        }

        Assert.Equal(others, await java.OthersAsync());
    }

    [Fact(Timeout = 240_000)]
    public async Task A_key_store_that_is_mounted_by_itself_is_written_in_place()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync([], "");
        JavaHomeFolder java = await JavaHomeFolder.CreateAsync(sandbox);
        string[] others = await java.OthersAsync();
        (await sandbox.ShellAsync($"cp {java.KeyStore} {sandbox.At("mounted")} && mount --bind {sandbox.At("mounted")} {java.KeyStore}")).ShouldExit(0);
        (await sandbox.LocaldAsync("trust", "--store", "java")).ShouldExit(0);
        (await sandbox.LocaldAsync("status", "--store", "java")).ShouldExit(0);
        Assert.Equal(others, await java.OthersAsync());
        (await sandbox.LocaldAsync("untrust", "--store", "java")).ShouldExit(0);
        Assert.Equal("", (await sandbox.ShellAsync($"ls -A {java.Path}/lib/security | grep locald")).Out);
    }

    [Fact(Timeout = 240_000)]
    public async Task Where_Debians_hook_fails_keytool_does_its_work()
    {
        const string Hook = "/etc/ca-certificates/update.d/jks-keystore";
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync($"printf '#!/bin/sh\\ncat >/dev/null\\nexit 0\\n' > {Hook}");
        ProcessResult trust = (await sandbox.LocaldAsync("trust")).ShouldExit(0);
        Assert.Contains("  MISSING  added   TRUSTED  /etc/ssl/certs/java/cacerts holds the root\n", trust.Out);
        using JsonDocument status = JsonDocument.Parse((await sandbox.LocaldAsync("status", "--store", "java", "--json")).ShouldExit(0).Out);
        Assert.Equal("TRUSTED", Assert.Single(status.RootElement.GetProperty("stores").EnumerateArray()).GetProperty("state").GetString());
        (await sandbox.LocaldAsync("untrust")).ShouldExit(0);
        Assert.Equal("0\n", (await sandbox.ShellAsync("keytool -list -keystore /etc/ssl/certs/java/cacerts -storepass changeit | grep -c '^locald-'")).Out);
    }
}
