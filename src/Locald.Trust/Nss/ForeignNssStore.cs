using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>A database in this user's browsers that belongs to somebody else, most often to root after <c>sudo firefox</c>: it is named, and left alone.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ForeignNssStore(NssDatabase database, string home, LinuxMachine machine) : ITrustStore
{
    private string Detail => $"{database.Folder} belongs to another user (number {database.ForeignOwner})";

    /// <summary>What lies outside the home folder may be somebody's with good reason.</summary>
    private string Mend => machine.PersonIsRoot || !database.Folder.StartsWith($"{home}/", StringComparison.Ordinal) ? $"ls -ld {ShellWord.Quote(database.Folder)}"
        : $"sudo chown -R \"$(id -u)\" {ShellWord.Quote(database.Folder)}";

    public StoreKind Kind => StoreKind.Nss;

    public string Id => NssStore.IdPrefix + database.Folder;

    public string Title => database.Title;

    public bool MayChange => true;

    public StoreStatus Probe(X509Certificate2? root) => new(StoreState.Broken, Detail) { Fault = TrustFault.NotPermitted, Hints = [Mend] };

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) => [];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) => [];

    public StoreResult Install(X509Certificate2 root) => StoreResult.Failure(TrustFault.NotPermitted, Detail, Mend);

    /// <summary>This user put nothing there, so that there is nothing to undo; what somebody else did is for them.</summary>
    public StoreResult Remove(X509Certificate2 root) => new(StoreOutcome.Already, Detail) { Warnings = [Detail] };
}
