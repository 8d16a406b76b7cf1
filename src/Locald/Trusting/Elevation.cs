using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Locald.Commands;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>
/// Changes stores that need root, by one call of sudo to this same program, however many there are: the elevated process lives as long
/// as this object and is handed a line for each change (<see cref="ElevatedRequest"/>), with the certificate and nothing else. It needs
/// no home folder, no key and no state of the user, which root may not even be able to read (NFS).
/// </summary>
internal sealed class Elevation(Session session, bool maySudo) : IDisposable
{
    private Process? _elevated;
    private string? _refused;

    /// <returns>What the elevated process saw in the store, or a failure with the commands to run by hand.</returns>
    internal StoreResult Change(ITrustStore store, StoreVerb verb, X509Certificate2 root, IReadOnlyList<Step> plan)
    {
        string? sudo = PathSearch.Find("sudo", session);
        string? obstacle = _refused ?? (!maySudo ? "--no-sudo was given"
            : sudo is null ? "there is no sudo"
            : Environment.ProcessPath is null ? "this program's own file is not known" : null);
        if (obstacle is not null)
        {
            return ByHand($"only root may change it, and {obstacle}", plan, hasSudo: sudo is not null || !maySudo);
        }

        if (_elevated is null)
        {
            session.Terminal.Say(Sudo.Announce($"changing {store.Title}", session.Terminal));
        }

        try
        {
            _elevated ??= Start(sudo!, session.Terminal);
            if (Ask(_elevated, new(verb, store.Id, root.RawData)) is { } answer)
            {
                return answer;
            }

            // It has said itself why; asking for the password again would be rude.
            _refused = Sudo.Refusal("run the change", session.Terminal);
        }
        catch (Win32Exception e)
        {
            _refused = $"sudo could not be started: {e.Message}";
        }

        return ByHand(_refused, plan, hasSudo: true);
    }

    public void Dispose()
    {
        if (_elevated is null)
        {
            return;
        }

        try
        {
            // The end of its input is the end of its work.
            _elevated.StandardInput.Close();
        }
        catch (IOException)
        {
            // It went before it read all; what it did not answer was told.
        }

        _elevated.WaitForExit();
        _elevated.Dispose();
        _elevated = null;
    }

    private static Process Start(string sudo, Terminal terminal)
    {
        // Standard error and the terminal stay the user's: there sudo asks.
        ProcessStartInfo start = new(sudo, [.. Sudo.Options(terminal), Environment.ProcessPath!, ChangeStoresCommand.Name])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    /// <returns>Null where it ended without an answer.</returns>
    private static StoreResult? Ask(Process elevated, ElevatedRequest request)
    {
        try
        {
            elevated.StandardInput.WriteLine(request.Format());
            elevated.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It ended before it read: its answer, or the lack of one, tells.
        }

        return ElevatedAnswer.Read(elevated.StandardOutput);
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
