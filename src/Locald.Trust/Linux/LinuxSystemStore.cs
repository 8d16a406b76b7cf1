using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Linux;

/// <summary>
/// The store that an administrator extends by a file in a folder and a tool that rebuilds what clients read.
/// The tool's exit code proves nothing: only the bundle, read back, does.
/// </summary>
public sealed class LinuxSystemStore : ITrustStore
{
    private readonly LinuxMachine _machine;
    private readonly DistroFamily _family;
    private readonly ToolCall _tool;
    private readonly AnchorFolder _anchors;
    private readonly JavaHook _java;

    private LinuxSystemStore(LinuxMachine machine, DistroFamily family, ToolCall tool)
    {
        (_machine, _family, _tool) = (machine, family, tool);
        (_anchors, _java) = (new(machine, family), new(machine));
    }

    public StoreKind Kind => StoreKind.System;

    public string Id => "system";

    public string Title => $"the system store ({_family.Name})";

    public bool MayChange => _machine.Privileged;

    /// <summary>The tool as a person would call it.</summary>
    private string RefreshCommand => (_tool with { Name = Path.GetFileName(_tool.Name) }).ToString();

    /// <summary>The store of this machine: one that can be changed, NixOS's, or one that says what is missing.</summary>
    public static ITrustStore Find(LinuxMachine machine)
    {
        OsRelease release = OsRelease.Read(machine);
        if (release.Id == "nixos" || File.Exists(machine.At("/etc/NIXOS")))
        {
            return new NixOsStore(machine);
        }

        DistroFamily? family = DistroFamilies.Find(machine, release);
        return family is null ? new MissingStore(machine, release) : new LinuxSystemStore(machine, family, DistroFamilies.Tool(machine, family)!);
    }

    public StoreStatus Probe(X509Certificate2? root) =>
        (root is null ? new(StoreState.Missing, "there is no root yet") : Status(Look(root))) with { Strays = Strays(root) };

    private IReadOnlyList<StrayRoot> Strays(X509Certificate2? root) =>
        StrayRoots.In(_anchors.All().Where(_anchors.IsScanned), root, a => [_machine.AsRoot($"rm {a.Path}"), _machine.AsRoot(RefreshCommand)]);

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile)
    {
        Findings here = Look(root);
        if (IsInstalled(here))
        {
            return [];
        }

        string path = _anchors.PathFor(root);
        Step refresh = new($"run {RefreshCommand}, which rebuilds {_family.Bundles[0]}", RefreshCommand);
        return here.Anchors.Any(_anchors.IsScanned) ? [refresh]
            : [new($"write {path}", $"install -D -m 0644 {ShellWord.Quote(pemFile)} {path}"), refresh];
    }

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found)
    {
        Findings here = Look(root);
        if (here.Places.Count == 0)
        {
            return [];
        }

        IEnumerable<Step> deletions = here.Anchors.Select(a => a.Path).Concat(here.Links.All).Select(p => new Step($"delete {p}", $"rm -f {p}"));
        Step refresh = new($"run {RefreshCommand}, which rebuilds {_family.Bundles[0]}", RefreshCommand);
        IEnumerable<Step> java = here.JavaEntries.Select(e => new Step($"take {e} out of Java's key store",
            $"keytool -delete -alias {e} -keystore /etc/ssl/certs/java/cacerts -storepass changeit"));
        return [.. deletions, refresh, .. java];
    }

    public StoreResult Install(X509Certificate2 root)
    {
        Findings before = Look(root);
        if (IsInstalled(before))
        {
            return new(StoreOutcome.Already, before.Bundles.Detail);
        }

        bool wrote = !before.Anchors.Any(_anchors.IsScanned);
        try
        {
            if (wrote)
            {
                _anchors.Write(root);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CannotWrite(e);
        }

        ToolRun run = Refresh();
        BundleCheck after = BundleCheck.Of(_machine, _family.Bundles, root.RawDataMemory.Span);
        if (after.State == StoreState.Trusted)
        {
            return new(StoreOutcome.Done, after.Detail)
            {
                // Of an error after the bundle was rebuilt: a hook's, say. Clients trust the root, and that is what was asked.
                Warnings = run.Succeeded ? [] : [Complaint(run)],
            };
        }

        StoreResult failure = WhyNotInstalled(run, after);
        if (wrote)
        {
            RollBack(root, run.Succeeded && after.Holding.Count > 0);
        }

        return failure;
    }

    public StoreResult Remove(X509Certificate2 root)
    {
        Findings found = Look(root);
        if (found.Places.Count == 0)
        {
            return new(StoreOutcome.Already, $"nothing of the root is in {_family.Folder} or {_family.Bundles[0]}");
        }

        if (found.Anchors.FirstOrDefault(a => a.Certificates.Count > 1) is { } shared)
        {
            return StoreResult.Failure(TrustFault.AnchorShared, $"{shared.Path} holds other certificates beside the root",
                $"take the root out of {shared.Path} with an editor, then run {RefreshCommand}");
        }

        ToolRun run;
        try
        {
            found.Anchors.Select(a => _machine.At(a.Path)).ToList().ForEach(File.Delete);
            found.Links.DeleteDangling();
            run = Refresh();
            found.Links.DeleteDangling();
            EmptyBundleOfOurs(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CannotWrite(e);
        }

        string? javaWarning = found.JavaEntries.Count > 0 ? _java.Remove(found.JavaEntries, root) : null;
        BundleCheck after = BundleCheck.Of(_machine, _family.Bundles, root.RawDataMemory.Span);
        if (after.Holding.Count > 0 || after.State == StoreState.Broken)
        {
            return WhyNotRemoved(run, after);
        }

        string[] toolWarning = run.Succeeded ? [] : [Complaint(run)];
        return new(StoreOutcome.Done, $"{_family.Bundles[0]} no longer holds the root")
        {
            Warnings = javaWarning is null ? toolWarning : [.. toolWarning, javaWarning],
        };
    }

    /// <summary>Installed for good: in the bundle now, and in the folder from which the next refresh rebuilds it.</summary>
    private bool IsInstalled(Findings found) => found.Bundles.State == StoreState.Trusted && found.Anchors.Any(_anchors.IsScanned);

    private Findings Look(X509Certificate2 root)
    {
        ReadOnlySpan<byte> der = root.RawDataMemory.Span;
        List<Anchor> anchors = [];
        foreach (Anchor anchor in _anchors.All())
        {
            if (anchor.Holds(der))
            {
                anchors.Add(anchor);
            }
        }

        // Our own path counts even where the anchor was deleted by hand: its links hang in the air then.
        string[] paths = [.. anchors.Select(a => a.Path).Append(_anchors.PathFor(root)).Distinct()];
        return new(BundleCheck.Of(_machine, _family.Bundles, der), anchors,
            CertificateLinks.To(_machine, _family, paths), _java.Entries(root));
    }

    private StoreStatus Status(Findings found)
    {
        StoreStatus status = new(found.Bundles.State, found.Bundles.Detail) { Places = found.Places };
        if (found.Bundles.State == StoreState.Broken)
        {
            return status with { Fault = TrustFault.BundleDamaged, Hints = DamageHints() };
        }

        return found.Bundles.State == StoreState.Trusted && !found.Anchors.Any(_anchors.IsScanned)
            ? status with { Detail = $"{status.Detail}, until the next {RefreshCommand}: no file in {_family.Folder} holds it" }
            : status;
    }

    private ToolRun Refresh()
    {
        ToolRun run = ToolRun.Of(_machine, _tool);
        if (run.End == ToolEnd.TimedOut && _family.Leftover is { } leftover)
        {
            File.Delete(_machine.At(leftover));
        }

        return run;
    }

    /// <summary>
    /// What we wrote goes again: a root that was said not to be trusted must not become so at some later refresh by a package.
    /// </summary>
    private void RollBack(X509Certificate2 root, bool refreshAgain)
    {
        try
        {
            string path = _anchors.PathFor(root);
            File.Delete(_machine.At(path));
            if (refreshAgain)
            {
                Refresh();
            }

            CertificateLinks.To(_machine, _family, [path]).DeleteDangling();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; untrust tries again.
        }
    }

    /// <summary>Debian's tool writes no bundle at all where no certificate is left, so that a bundle of ours alone would stay.</summary>
    private void EmptyBundleOfOurs(X509Certificate2 root)
    {
        foreach (string bundle in _family.Bundles.Select(_machine.At).Where(File.Exists))
        {
            PemFile pem = PemFile.Parse(File.ReadAllBytes(bundle));
            if (pem.Certificates.Count > 0 && pem.Certificates.All(c => root.RawDataMemory.Span.SequenceEqual(c)))
            {
                File.WriteAllBytes(bundle, []);
            }
        }
    }

    private StoreResult WhyNotInstalled(ToolRun run, BundleCheck after) => run switch
    {
        { End: ToolEnd.TimedOut } => StoreResult.Failure(TrustFault.ToolTimedOut, Complaint(run), _machine.AsRoot(RefreshCommand)),
        { Succeeded: false } => StoreResult.Failure(TrustFault.ToolFailed, Complaint(run), _machine.AsRoot(RefreshCommand)),
        _ when after.State == StoreState.Broken => StoreResult.Failure(TrustFault.BundleDamaged, after.Detail, DamageHints()),
        _ => StoreResult.Failure(TrustFault.NotInBundle, $"{RefreshCommand} reported success, but {after.Detail}", _machine.AsRoot(RefreshCommand)),
    };

    private StoreResult WhyNotRemoved(ToolRun run, BundleCheck after) => run switch
    {
        { End: ToolEnd.TimedOut } => StoreResult.Failure(TrustFault.ToolTimedOut, Complaint(run), _machine.AsRoot(RefreshCommand)),
        { Succeeded: false } => StoreResult.Failure(TrustFault.ToolFailed, Complaint(run), _machine.AsRoot(RefreshCommand)),
        _ when after.State == StoreState.Broken => StoreResult.Failure(TrustFault.BundleDamaged, after.Detail, DamageHints()),
        _ => StoreResult.Failure(TrustFault.StillInBundle,
            $"{after.Holding[0]} still holds the root, though no file in {_family.Folder} does", _machine.AsRoot(RefreshCommand)),
    };

    private StoreResult CannotWrite(Exception e) => e is UnauthorizedAccessException
        ? StoreResult.Failure(TrustFault.NotPermitted, e.Message.TrimEnd('.'), "run it as root")
        : StoreResult.Failure(TrustFault.NotWritable, e.Message.TrimEnd('.'), $"df {_family.Folder}");

    private string Complaint(ToolRun run) => run switch
    {
        { End: ToolEnd.TimedOut } => $"{RefreshCommand} did not end within {_machine.ToolLimit.TotalSeconds:0} s and was stopped",
        { End: ToolEnd.NotStarted } => $"{RefreshCommand} could not be started: {run.LastLine}",
        { LastLine.Length: > 0 } => $"{RefreshCommand} ended with code {run.ExitCode}: {run.LastLine}",
        _ => $"{RefreshCommand} ended with code {run.ExitCode}",
    };

    /// <summary>A bundle is put together from the anchors, so that a damaged one among them is the likely cause.</summary>
    private string[] DamageHints() =>
        _anchors.All().FirstOrDefault(a => a.Damaged && _anchors.IsScanned(a)) is { } culprit
            ? [$"mend or delete {culprit.Path}, which is damaged, then: {_machine.AsRoot(RefreshCommand)}"] : [_machine.AsRoot(RefreshCommand)];

    /// <summary>Everything of the root that is on the machine.</summary>
    private sealed record Findings(BundleCheck Bundles, IReadOnlyList<Anchor> Anchors, CertificateLinks Links, IReadOnlyList<string> JavaEntries)
    {
        public IReadOnlyList<string> Places { get; } =
            [.. Anchors.Select(a => a.Path), .. Bundles.Holding, .. Links.All, .. JavaEntries.Select(JavaHook.NameOf)];
    }
}
