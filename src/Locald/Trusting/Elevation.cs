using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Locald.Commands;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>
/// Changes a store that needs root, by one call of sudo to this same program. The elevated process is handed the certificate and
/// nothing else: it needs no home folder, no key and no state of the user, which root may not even be able to read (NFS).
/// </summary>
internal sealed class Elevation(Session session, bool maySudo)
{
    /// <returns>What the elevated process saw in the store, or a failure with the commands to run by hand.</returns>
    internal StoreResult Change(ITrustStore store, StoreVerb verb, X509Certificate2 root, IReadOnlyList<Step> plan)
    {
        string? sudo = PathSearch.Find("sudo", session);
        string? obstacle = !maySudo ? "--no-sudo was given"
            : sudo is null ? "there is no sudo"
            : !session.Terminal.Interactive ? "there is no terminal to ask for a password on"
            : Environment.ProcessPath is null ? "this program's own file is not known" : null;
        if (obstacle is not null)
        {
            return ByHand($"only root may change it, and {obstacle}", plan, hasSudo: sudo is not null || !maySudo);
        }

        session.Terminal.Say($"changing {store.Title} needs root: sudo may ask for your password");
        try
        {
            return Call(sudo!, verb, root) ?? ByHand("sudo did not run the change", plan, hasSudo: true);
        }
        catch (Win32Exception e)
        {
            return ByHand($"sudo could not be started: {e.Message}", plan, hasSudo: true);
        }
    }

    /// <returns>Null where sudo refused, so that nothing was answered; it has said why itself.</returns>
    private static StoreResult? Call(string sudo, StoreVerb verb, X509Certificate2 root)
    {
        // Standard error and the terminal stay the user's: there sudo asks.
        ProcessStartInfo start = new(sudo, ["--", Environment.ProcessPath!, SystemStoreCommand.Name, SystemStoreCommand.Word(verb)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            process.StandardInput.Write(root.ExportCertificatePem());
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read: its answer, or the lack of one, tells.
        }

        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return ElevatedAnswer.Parse(answer);
    }

    private static StoreResult ByHand(string why, IReadOnlyList<Step> plan, bool hasSudo)
    {
        string commands = string.Join(" && ", plan.Select(s => hasSudo ? $"sudo {s.Command}" : s.Command));
        return new(StoreOutcome.Failed, why)
        {
            Fault = TrustFault.NotPermitted,
            Hints = [hasSudo ? commands : $"su -c \"{commands}\""],
        };
    }
}
