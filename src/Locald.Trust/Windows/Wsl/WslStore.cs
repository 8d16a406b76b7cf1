using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Windows.Wsl;

/// <summary>
/// The Root store of the Windows around a WSL, which Windows' own browsers ask when they open what is served in it. Always that of
/// the Windows user: from here nobody is an administrator there.
/// </summary>
internal sealed class WslStore(WslInterop interop, TrustContext context) : ITrustStore
{
    private static readonly CertutilCommand s_certutil = new("certutil.exe");

    public StoreKind Kind => StoreKind.Windows;

    public string Id => "windows";

    public string Title => "the Windows side (this user)";

    /// <summary>Root of this Linux is nobody special on the Windows side.</summary>
    public bool MayChange => true;

    /// <summary>On a build server nobody answers a window; there the user is an administrator, whom Windows does not ask.</summary>
    private StoreLocation Target => AutomatedBuild.IsThis(context.Variable) ? StoreLocation.LocalMachine : StoreLocation.CurrentUser;

    public StoreStatus Probe(X509Certificate2? root)
    {
        (RootFindings? found, StoreStatus? why) = Understand(Ask(RootScriptVerb.Look, root), root);
        return found is null ? why!
            : root is null ? new(StoreState.Missing, "there is no root yet") { Strays = found.Strays }
            : Status(found, root);
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) =>
        found.State is StoreState.Trusted or StoreState.Unavailable ? []
        : [new($"put the root into {RootFindings.Place(Target)} of Windows{Warning(Target, root)}", s_certutil.Add(Target, WindowsPath(pemFile)))];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) =>
        [.. Holding(found).Select(l => new Step($"take the root out of {RootFindings.Place(l)} of Windows{Warning(l, root)}", Delete(l, root)))];

    public StoreResult Install(X509Certificate2 root)
    {
        (RootFindings? found, StoreStatus? why) = Understand(Ask(RootScriptVerb.Look, root), root);
        StoreStatus before = found is null ? why! : Status(found, root);
        if (before.State == StoreState.Trusted)
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        // A root that is where it was to be put, or that is on the other list, is not helped by being put in again.
        if (found is null || found.Distrusted.Count > 0 || found.Trusted.Contains(Target))
        {
            return Failure(before);
        }

        return found.UserRootsForbidden && Target == StoreLocation.CurrentUser
            ? Failure(RootFindings.ForbiddenToUsers with { Hints = [s_certutil.Add(StoreLocation.LocalMachine, RootFile)] })
            : Change(RootScriptVerb.Add, root, [Target], s_certutil.Add(Target, RootFile));
    }

    public StoreResult Remove(X509Certificate2 root)
    {
        StoreStatus before = Probe(root);
        List<StoreLocation> locations = Holding(before);
        return locations.Count > 0 ? Change(RootScriptVerb.Remove, root, locations, string.Join(" && ", locations.Select(l => Delete(l, root))))
            : before.State is StoreState.Missing or StoreState.Unavailable ? new(StoreOutcome.Already, before.Detail)
            : Failure(before);
    }

    private StoreResult Change(RootScriptVerb verb, X509Certificate2 root, IReadOnlyList<StoreLocation> places, string byHand)
    {
        ToolRun? run = Ask(verb, root, places);
        if (run is { End: ToolEnd.TimedOut })
        {
            return StoreResult.Failure(TrustFault.ToolTimedOut, places.Contains(StoreLocation.CurrentUser)
                ? $"nobody answered the security warning of Windows within {interop.ChangeLimit.TotalSeconds:0} s"
                : $"PowerShell did not end within {interop.ChangeLimit.TotalSeconds:0} s", byHand);
        }

        (RootFindings? found, StoreStatus? why) = Understand(run, root);
        RootScriptAnswer answer = RootScriptAnswer.Parse(run?.Output ?? "");
        if (found is null)
        {
            return Failure(why!);
        }

        if (answer.Unattended)
        {
            return StoreResult.Failure(TrustFault.NoSession, "Windows asks in a window before its user's roots change, and nobody is there to see it", byHand, "locald env");
        }

        if (answer.Failed is [{ } failed, ..])
        {
            (TrustFault fault, string words) = WindowsErrors.Explain(failed.Code, failed.Message);
            string elevated = fault == TrustFault.NotPermitted ? "; in a terminal of Windows that is run as administrator" : "";
            return StoreResult.Failure(fault, $"{RootFindings.Place(failed.Location)} was not changed: {words}{elevated}", byHand);
        }

        StoreStatus after = Status(found, root);
        return verb == RootScriptVerb.Add
            ? after.State == StoreState.Trusted ? new(StoreOutcome.Done, after.Detail) : Failure(after)
            : after.Places.Count > 0 ? StoreResult.Failure(TrustFault.StillInBundle, $"Windows reported success, but {after.Places[0]} still holds the root", byHand)
            : new(StoreOutcome.Done, $"{string.Join(" and ", places.Select(l => RootFindings.Place(l)))} of Windows no longer {(places.Count > 1 ? "hold" : "holds")} the root");
    }

    /// <returns>Null where there is no PowerShell to ask.</returns>
    private ToolRun? Ask(RootScriptVerb verb, X509Certificate2? root, params IReadOnlyList<StoreLocation> places) =>
        interop.FindPowerShell() is { } program ? interop.Run(program, RootScript.CommandLine(verb, root, places), asks: places.Count > 0) : null;

    /// <summary>What PowerShell found, or why nothing is known.</summary>
    private (RootFindings? Found, StoreStatus? Why) Understand(ToolRun? run, X509Certificate2? root)
    {
        if (run is null)
        {
            return (null, Unreachable("no Windows drive is mounted here with a powershell.exe on it"));
        }

        if (run.End == ToolEnd.NotStarted)
        {
            return (null, Unreachable($"programs of Windows cannot be started from this Linux ({run.LastLine})"));
        }

        if (run.End == ToolEnd.TimedOut)
        {
            return (null, Silent(TrustFault.ToolTimedOut, $"PowerShell did not answer within {interop.LookLimit.TotalSeconds:0} s"));
        }

        RootScriptAnswer answer = RootScriptAnswer.Parse(run.Output);
        if (answer.Restricted)
        {
            return (null, Silent(TrustFault.Forbidden, "a policy of Windows restricts what PowerShell may do (ConstrainedLanguage)"));
        }

        if (answer.Unread is [{ } unread, ..])
        {
            (TrustFault fault, string words) = WindowsErrors.Explain(unread.Code, unread.Message);
            return (null, Silent(fault, $"{RootFindings.Place(unread.Location)} cannot be read: {words}"));
        }

        return answer.IsWhole
            ? (RootFindings.In(answer.List, answer.UserRootsForbidden, root, Delete), null)
            : (null, Silent(TrustFault.ToolFailed, $"PowerShell ended with code {run.ExitCode}{(run.LastLine.Length > 0 ? $": {run.LastLine}" : "")}"));
    }

    private static StoreStatus Status(RootFindings found, X509Certificate2 root) =>
        found.Status(TrustScope.User, l => s_certutil.Delete(l, nameof(StoreName.Disallowed), root));

    private StoreStatus Silent(TrustFault fault, string why) => new(StoreState.Broken, why) { Fault = fault, Hints = [s_certutil.Add(Target, RootFile)] };

    private StoreStatus Unreachable(string why) => new(StoreState.Unavailable, why)
    {
        Fault = TrustFault.ToolFailed,
        Hints =
        [
            "set enabled=true under [interop] in /etc/wsl.conf, then on Windows: wsl --shutdown",
            .. interop.Distribution is { } name && context.RootFile is { } file
                ? [$"on Windows: certutil -user -addstore -f Root {CertutilCommand.Quote($@"\\wsl.localhost\{name}{file.Replace('/', '\\')}")}"] : (string[])[],
        ],
    };

    private static List<StoreLocation> Holding(StoreStatus found) => [.. RootFindings.Locations.Where(l => found.Places.Contains(RootFindings.Place(l)))];

    private static string Warning(StoreLocation location, X509Certificate2 root) => location == StoreLocation.CurrentUser ? $"; {SecurityWarning.About(root)}" : "";

    private string RootFile => context.RootFile is { } file ? WindowsPath(file) : "\"$(wslpath -w \"$(locald ca --path)\")\"";

    private static string WindowsPath(string file) => $"\"$(wslpath -w {ShellWord.Quote(file)})\"";

    private static string Delete(StoreLocation location, X509Certificate2 certificate) => s_certutil.Delete(location, nameof(StoreName.Root), certificate);

    private static StoreResult Failure(StoreStatus status) =>
        StoreResult.Failure(status.Fault == TrustFault.None ? TrustFault.NotInBundle : status.Fault, status.Detail, [.. status.Hints]);
}
