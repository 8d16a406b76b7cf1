using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Java;

/// <summary>
/// The key store of one Java, changed by the keytool that came with it and read without it. keytool gets a copy, which takes the key
/// store's place once it was seen that nothing but our root came or went (<see cref="KeyStoreSwap"/>).
/// </summary>
internal sealed class JavaStore(JavaHome java, LinuxMachine machine) : ITrustStore
{
    internal const string IdPrefix = "java:";
    private const string Again = JavaVerdict.Again;

    /// <summary>Of a key store that another program changes while we do.</summary>
    private const int MostTries = 3;

    private readonly Keytool _keytool = new(java, machine);
    private readonly JavaVerdict _verdict = new(java, new(java, machine));

    public StoreKind Kind => StoreKind.Java;

    /// <summary>By the runtime, not by its key store, which may be a link out of it: from the one the other is found, and keytool too.</summary>
    public string Id => IdPrefix + java.Folder;

    public string Title => $"Java ({java.Folder})";

    public bool MayChange => machine.Privileged || (IsWritable() && (!OperatingSystem.IsLinux() || UnixFile.IsWritable(Path.GetDirectoryName(java.KeyStore)!)));

    public StoreStatus Probe(X509Certificate2? root)
    {
        (KeyStoreContent? content, KeyStoreFault fault) = KeyStoreFile.Read(java.KeyStore);
        return content is null ? _verdict.Broken(fault) : (root is null ? _verdict.Missing : _verdict.Of(content, root)) with
        {
            Strays = [.. content.Entries.Where(e => e.Kind == JavaEntryKind.Trusted)
                .Select(e => OurRoots.AsStray(e.Value, root, java.KeyStore, _ => [_keytool.DeleteCommand(e.Alias)])).OfType<StrayRoot>()],
        };
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) =>
        found.State == StoreState.Trusted || KeyStoreFile.Read(java.KeyStore).Content is not { } content || content.Holds(JavaEntryKind.Trusted, root) ? []
            : [new($"add the root to {java.KeyStore}", _keytool.ImportCommand(content.FreeAlias(root), pemFile))];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found)
    {
        if (found.Places.Count == 0 || KeyStoreFile.Read(java.KeyStore).Content is not { } content)
        {
            return [];
        }

        IReadOnlyList<string> aliases = content.AliasesOf(root);
        return aliases.Count > 0 ? [.. aliases.Select(a => new Step($"take {a} out of {java.KeyStore}", _keytool.DeleteCommand(a)))]
            : [new($"take the root out of {java.KeyStore}", "locald untrust --store java")];
    }

    public StoreResult Install(X509Certificate2 root) => Change(root, install: true);

    public StoreResult Remove(X509Certificate2 root) => Change(root, install: false);

    private StoreResult Change(X509Certificate2 root, bool install)
    {
        if (!File.Exists(KeyStoreSwap.BackupOf(java.KeyStore)) && Settled(root, install) is { } settled)
        {
            return settled;
        }

        if (java.Keytool is null)
        {
            return StoreResult.Failure(TrustFault.PackageMissing, $"{java.Folder} has no keytool", "java -Djavax.net.ssl.trustStore=…");
        }

        try
        {
            using KeyStoreSwap swap = KeyStoreSwap.Open(java.KeyStore);
            for (int i = 0; i < MostTries; i++)
            {
                if ((Settled(root, install) ?? Attempt(swap, root, install)) is { } result)
                {
                    return result;
                }
            }

            return StoreResult.Failure(TrustFault.Locked, $"another program keeps changing {java.KeyStore}", Again);
        }
        catch (TimeoutException e)
        {
            return StoreResult.Failure(TrustFault.Locked, e.Message, Again);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StoreResult.Failure(e is UnauthorizedAccessException ? TrustFault.NotPermitted : TrustFault.NotWritable,
                $"{java.KeyStore} could not be replaced: {e.Message.Split(" : '")[0].TrimEnd('.')}", $"df -h {ShellWord.Quote(java.KeyStore)}");
        }
    }

    /// <returns>What there is to say where there is nothing to do, or nothing that can be done; null where keytool must change it.</returns>
    private StoreResult? Settled(X509Certificate2 root, bool install)
    {
        (KeyStoreContent? content, KeyStoreFault fault) = KeyStoreFile.Read(java.KeyStore);
        if (content is null)
        {
            return Failure(_verdict.Broken(fault));
        }

        StoreStatus status = _verdict.Of(content, root);
        return status.State == (install ? StoreState.Trusted : StoreState.Missing) ? new(StoreOutcome.Already, status.Detail)
            : install && content.Holds(JavaEntryKind.Trusted, root) ? Failure(status)
            : null;
    }

    /// <returns>Null where another program changed the key store in the meantime.</returns>
    private StoreResult? Attempt(KeyStoreSwap swap, X509Certificate2 root, bool install)
    {
        swap.Begin();
        if (KeyStoreFile.Read(swap.Copy).Content is not { } before)
        {
            return null;
        }

        ToolRun run = Run(swap.Copy, before, root, install);
        (KeyStoreContent? after, KeyStoreFault fault) = KeyStoreFile.Read(swap.Copy);
        if (!run.Succeeded)
        {
            return Keytool.LacksPassword(run) ? Failure(_verdict.Broken(KeyStoreFault.PasswordNeeded))
                : StoreResult.Failure(run.End == ToolEnd.TimedOut ? TrustFault.ToolTimedOut : TrustFault.ToolFailed, _keytool.Complaint(run), Again);
        }

        if ((after is null ? _verdict.Broken(fault).Detail : after.Harm(before, root)) is { } harm)
        {
            return StoreResult.Failure(TrustFault.StoreDamaged, $"keytool reported success, but of the copy that it changed: {harm}; {java.KeyStore} is as it was", _keytool.ListCommand);
        }

        StoreStatus status = _verdict.Of(after!, root);
        bool done = install ? after!.Holds(JavaEntryKind.Trusted, root) : status.State == StoreState.Missing;
        return !done ? StoreResult.Failure(install ? TrustFault.NotInBundle : TrustFault.StillInBundle, $"keytool reported success, but {status.Detail}", Again)
            : !swap.Place() ? null
            : install && status.State != StoreState.Trusted ? Failure(status)
            : new(StoreOutcome.Done, status.Detail);
    }

    private ToolRun Run(string copy, KeyStoreContent before, X509Certificate2 root, bool install)
    {
        IReadOnlyList<string> aliases = before.AliasesOf(root);
        ToolRun run = new(ToolEnd.Exited, 0, "");
        if (install || aliases.Count == 0)
        {
            // keytool sees no certificate that Java does not trust, and drops it when it writes: to remove that, it must write.
            string alias = before.FreeAlias(root);
            run = _keytool.Import(copy, alias, root);
            aliases = install ? [] : [alias];
        }

        foreach (string alias in aliases)
        {
            run = run.Succeeded ? _keytool.Delete(copy, alias) : run;
        }

        return run;
    }

    private bool IsWritable()
    {
        try
        {
            using FileStream file = new(java.KeyStore, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // Read-only or gone: more rights do not help, and the change itself will tell.
            return true;
        }
    }

    private static StoreResult Failure(StoreStatus status) => StoreResult.Failure(status.Fault, status.Detail, [.. status.Hints]);
}
