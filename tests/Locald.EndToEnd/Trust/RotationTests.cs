using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

public sealed class RotationTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_running_instance_goes_on_with_the_new_root_and_no_handshake_fails()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        (await sandbox.LocaldAsync("trust", "--store", "system")).ShouldExit(0);
        await using Upstream upstream = Upstream.Saying("the page");
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using X509Certificate2 old = X509CertificateLoader.LoadCertificateFromFile(sandbox.Root);
        Assert.Equal(old.Subject, await IssuerOf(locald));

        using CancellationTokenSource rotated = new();
        Task<int> client = Task.Run(async () =>
        {
            int handshakes = 0;
            for (; !rotated.IsCancellationRequested; handshakes++)
            {
                await IssuerOf(locald);
            }

            return handshakes;
        }, TestContext.Current.CancellationToken);
        ProcessResult result = (await sandbox.LocaldAsync("ca", "rotate")).ShouldExit(0);
        await rotated.CancelAsync();
        Assert.InRange(await client, 1, int.MaxValue);

        Assert.Contains("replaced: locald CA ", result.Out);
        using X509Certificate2 next = X509CertificateLoader.LoadCertificateFromFile(sandbox.Root);
        Assert.NotEqual(old.Subject, next.Subject);
        Assert.Equal(next.Subject, await IssuerOf(locald));
        ProcessResult curl = await sandbox.RunAsync("curl", ["-sS", "--resolve", $"app.localhost:{locald.Port}:127.0.0.1", locald.Url("app.localhost")]);
        Assert.Equal("the page", curl.ShouldExit(0).Out);
        string anchors = (await sandbox.ShellAsync("cat /usr/local/share/ca-certificates/locald-*.crt | grep -c BEGIN")).Out;
        Assert.Equal("1\n", anchors);
        (await sandbox.LocaldAsync("status", "--store", "system")).ShouldExit(0);
        (await sandbox.LocaldAsync("untrust")).ShouldExit(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_the_system_refuses_the_new_root_the_old_one_stays_in_place_and_trusted()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync([.. MountNamespace.TrustFolders, "/usr/sbin"], "");
        (await sandbox.LocaldAsync("trust", "--store", "system")).ShouldExit(0);
        string before = await File.ReadAllTextAsync(sandbox.Root, TestContext.Current.CancellationToken);
        await sandbox.ShellAsync("mv /usr/sbin/update-ca-certificates /usr/sbin/real; printf '#!/bin/sh\\nexit 1\\n' > /usr/sbin/update-ca-certificates; chmod 755 /usr/sbin/update-ca-certificates");
        ProcessResult result = (await sandbox.LocaldAsync("ca", "rotate")).ShouldExit(1);
        Assert.Contains("not replaced: ", result.Out);
        Assert.Equal(before, await File.ReadAllTextAsync(sandbox.Root, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(sandbox.At("state/ca/next-root.pem")));
        await sandbox.ShellAsync("mv /usr/sbin/real /usr/sbin/update-ca-certificates");
        (await sandbox.LocaldAsync("status", "--store", "system")).ShouldExit(0);
    }

    /// <summary>The issuer's name in a fresh handshake.</summary>
    private static async Task<string> IssuerOf(RunningLocald locald)
    {
        string issuer = "";
        using TcpClient tcp = new();
        await tcp.ConnectAsync("127.0.0.1", locald.Port, TestContext.Current.CancellationToken);
        await using SslStream tls = new(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new()
        {
            TargetHost = "app.localhost",
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => (issuer = certificate!.Issuer).Length > 0,
        }, TestContext.Current.CancellationToken);
        return issuer;
    }
}
