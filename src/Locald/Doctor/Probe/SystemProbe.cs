using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Doctor.Probe;

/// <summary>
/// A handshake of our own, that trusts what the system trusts: the bundle that its clients read on Linux, the platform's verdict elsewhere.
/// It speaks where no client is installed.
/// </summary>
internal static class SystemProbe
{
    private const string Id = "probe.system";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(4);

    /// <returns>Null where this system has no roots at all: the check of its store says so.</returns>
    internal static async Task<Check?> RunAsync(Session session, ProbeTarget target, bool systemTrusts, CancellationToken stop)
    {
        string? bundle = OperatingSystem.IsLinux() ? session.SystemBundle() : null;
        if (OperatingSystem.IsLinux() && bundle is null)
        {
            return null;
        }

        string who = bundle ?? "the system's own verifier";
        return await AskAsync(bundle, target, stop) switch
        {
            { Verdict: Verdict.Accepts } => new(Id, Severity.Ok, $"a certificate made just now is accepted by {who}"),
            { Verdict: Verdict.None } none => new(Id, Severity.Info, $"{who} could not be asked: {none.Reason}"),
            var refused when systemTrusts => new(Id, Severity.Failed,
                $"our certificates are refused by {who}, although the root is there: {refused.Reason}", "locald untrust && locald trust"),
            var refused => new(Id, Severity.Failed, $"our certificates are refused by {who}: {refused.Reason}", "locald trust") { IsTrustAlone = true },
        };
    }

    private static async Task<Answer> AskAsync(string? bundle, ProbeTarget target, CancellationToken stop)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(s_limit);
        try
        {
            using TcpClient client = new(AddressFamily.InterNetwork);
            await client.ConnectAsync(IPAddress.Loopback, target.Port, limited.Token);
            await using SslStream stream = new(client.GetStream());
            await stream.AuthenticateAsClientAsync(new() { TargetHost = target.Name, CertificateChainPolicy = Policy(bundle) }, limited.Token);
            return Answer.Accepts;
        }
        catch (AuthenticationException e)
        {
            return Answer.Refuses(Words(e));
        }
        catch (Exception e) when (e is IOException or SocketException or CryptographicException or UnauthorizedAccessException)
        {
            return Answer.None(Words(e));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Answer.None($"no answer within {s_limit.TotalSeconds:0} s");
        }
    }

    private static X509ChainPolicy Policy(string? bundle)
    {
        X509ChainPolicy policy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (bundle is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.ImportFromPemFile(bundle);
        }

        return policy;
    }

    private static string Words(Exception error)
    {
        string line = error.Message.Split('\n')[0].TrimEnd('.', '\r');
        return char.ToLowerInvariant(line[0]) + line[1..];
    }
}
