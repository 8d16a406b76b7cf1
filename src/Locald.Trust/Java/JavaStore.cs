using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Java;

/// <summary>
/// The key store of one Java, changed by the keytool that came with it and read back without it. A copy lies beside it while it is
/// changed, and takes its place again where the change went wrong.
/// </summary>
internal sealed class JavaStore(JavaHome java, LinuxMachine machine) : ITrustStore
{
    internal const string IdPrefix = "java:";
    private const string Again = "locald trust --store java";

    public StoreKind Kind => StoreKind.Java;

    public string Id => IdPrefix + java.KeyStore;

    public string Title => $"Java ({java.Folder})";

    public bool MayChange
    {
        get
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
    }

    private string Backup => java.KeyStore + ".locald-backup";

    public StoreStatus Probe(X509Certificate2? root)
    {
        (IReadOnlyList<JavaEntry> entries, KeyStoreFault fault) = KeyStoreFile.Read(java.KeyStore);
        if (fault != KeyStoreFault.None)
        {
            return Broken(fault);
        }

        StoreStatus status = root is not null && entries.Any(e => root.RawDataMemory.Span.SequenceEqual(e.Certificate))
            ? new(StoreState.Trusted, $"{java.KeyStore} holds the root") { Places = [java.KeyStore] }
            : new(StoreState.Missing, $"{java.KeyStore} does not hold the root");
        return status with
        {
            Strays = [.. entries.Select(e => OurRoots.AsStray(e.Certificate, root, java.KeyStore, c => [DeleteCommand(Alias(c))])).OfType<StrayRoot>()],
        };
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) => found.State == StoreState.Trusted ? [] :
        [new($"add the root to {java.KeyStore}", $"{Keytool} -importcert -noprompt -cacerts -storepass {KeyStoreFile.DefaultPassword} -alias {Alias(root)} -file {ShellWord.Quote(pemFile)}")];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) =>
        found.Places.Count == 0 ? [] : [new($"take the root out of {java.KeyStore}", DeleteCommand(Alias(root)))];

    public StoreResult Install(X509Certificate2 root) => Change(root, StoreState.Trusted, TrustFault.NotInBundle, () =>
        Run(["-importcert", "-noprompt", "-alias", Alias(root)], root.ExportCertificatePem() + "\n"));

    public StoreResult Remove(X509Certificate2 root) => Change(root, StoreState.Missing, TrustFault.StillInBundle, () =>
    {
        ToolRun last = new(ToolEnd.Exited, 0, "");
        foreach (string alias in Aliases(root))
        {
            last = Run(["-delete", "-alias", alias]);
        }

        return last;
    });

    private StoreResult Change(X509Certificate2 root, StoreState wanted, TrustFault otherwise, Func<ToolRun> change)
    {
        StoreStatus before = Probe(root);
        if (before.Fault == TrustFault.StoreDamaged && File.Exists(Backup))
        {
            // A run was killed in the middle.
            if (Restore() is { } unrestored)
            {
                return unrestored;
            }

            before = Probe(root);
        }

        if (before.State == wanted)
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        if (before.State == StoreState.Broken)
        {
            return StoreResult.Failure(before.Fault, before.Detail, [.. before.Hints]);
        }

        if (java.Keytool is null)
        {
            return StoreResult.Failure(TrustFault.PackageMissing, $"{java.Folder} has no keytool", "java -Djavax.net.ssl.trustStore=…");
        }

        try
        {
            File.Copy(java.KeyStore, Backup, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Forget();
            return StoreResult.Failure(e is UnauthorizedAccessException ? TrustFault.NotPermitted : TrustFault.NotWritable,
                $"no copy can be made beside {java.KeyStore}: {e.Message.Split(" : '")[0].TrimEnd('.')}", $"df -h {ShellWord.Quote(java.KeyStore)}");
        }

        ToolRun run = change();
        StoreStatus after = Probe(root);
        if (after.State == wanted)
        {
            return Forget() is { } left ? new(StoreOutcome.Done, after.Detail) { Warnings = [left] } : new(StoreOutcome.Done, after.Detail);
        }

        if (Restore() is { } failure)
        {
            return failure;
        }

        return run switch
        {
            { End: ToolEnd.TimedOut } => StoreResult.Failure(TrustFault.ToolTimedOut, $"keytool did not end within {machine.ToolLimit.TotalSeconds:0} s and was stopped", Again),
            { Succeeded: false } when run.Output.Contains("password was incorrect", StringComparison.Ordinal) => Failure(Broken(KeyStoreFault.PasswordNeeded)),
            { Succeeded: false } => StoreResult.Failure(TrustFault.ToolFailed, $"keytool ended with code {run.ExitCode}: {run.LastLine}", Again),
            _ => StoreResult.Failure(otherwise, $"keytool reported success, but {after.Detail}", Again),
        };
    }

    /// <summary>Puts the copy's bytes back into the very file, whose owner and links stay as they are. The copy stays where that fails.</summary>
    /// <returns>Null where it was done.</returns>
    private StoreResult? Restore()
    {
        try
        {
            File.Copy(Backup, java.KeyStore, overwrite: true);
            File.Delete(Backup);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StoreResult.Failure(TrustFault.NotWritable, $"{java.KeyStore} could not be put back as it was: {e.Message.Split(" : '")[0].TrimEnd('.')}",
                $"cp {ShellWord.Quote(Backup)} {ShellWord.Quote(java.KeyStore)}");
        }
    }

    /// <returns>What to say of a copy that cannot be deleted; null where it is gone.</returns>
    private string? Forget()
    {
        try
        {
            File.Delete(Backup);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the copy {Backup} could not be deleted";
        }
    }

    private StoreStatus Broken(KeyStoreFault fault) => fault switch
    {
        KeyStoreFault.PasswordNeeded => new(StoreState.Broken, $"{java.KeyStore} is under a password that is not Java's default")
        {
            Fault = TrustFault.PasswordNeeded,
            Hints = [$"locald ca > root.pem && {Keytool} -importcert -keystore {ShellWord.Quote(java.KeyStore)} -alias locald -file root.pem"],
        },
        KeyStoreFault.Damaged => new(StoreState.Broken, $"{java.KeyStore} is neither JKS nor PKCS#12, or is damaged")
        {
            Fault = TrustFault.StoreDamaged,
            Hints = File.Exists(Backup) ? [Again] : [$"{Keytool} -list -cacerts"],
        },
        _ => new(StoreState.Broken, $"{java.KeyStore} cannot be read") { Fault = TrustFault.NotPermitted, Hints = [$"ls -l {ShellWord.Quote(java.KeyStore)}"] },
    };

    /// <summary>The aliases under which exactly this certificate is there. PKCS#12 read by us has none: keytool lists each before its PEM.</summary>
    private IReadOnlyList<string> Aliases(X509Certificate2 root)
    {
        List<string> known = [.. KeyStoreFile.Read(java.KeyStore).Entries.Where(e => e.Alias.Length > 0 && root.RawDataMemory.Span.SequenceEqual(e.Certificate)).Select(e => e.Alias)];
        return known.Count > 0 ? known
            : [.. Run(["-list", "-rfc"]).Output.Split("Alias name: ").Skip(1)
                .Where(e => PemFile.Parse(System.Text.Encoding.ASCII.GetBytes(e)).Holds(root.RawDataMemory.Span)).Select(e => e[..e.IndexOf('\n')].Trim())];
    }

    /// <summary>In English, since its complaint is quoted and searched.</summary>
    private ToolRun Run(string[] arguments, string input = "") => ToolRun.Of(machine,
        new(java.Keytool!, ["-J-Duser.language=en", .. arguments, "-keystore", java.KeyStore, "-storepass", KeyStoreFile.DefaultPassword]), input);

    private static StoreResult Failure(StoreStatus status) => StoreResult.Failure(status.Fault, status.Detail, [.. status.Hints]);

    private string Keytool => ShellWord.Quote(java.Keytool ?? "keytool");

    private string DeleteCommand(string alias) =>
        $"{Keytool} -delete -alias {alias} -keystore {ShellWord.Quote(java.KeyStore)} -storepass {KeyStoreFile.DefaultPassword}";

    /// <summary>keytool makes aliases lower case.</summary>
    private static string Alias(X509Certificate2 root) => $"locald-{Convert.ToHexStringLower(SHA256.HashData(root.RawDataMemory.Span)[..6])}";
}
