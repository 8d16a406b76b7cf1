using Locald.Trust.Linux;
using Locald.Trust.Nss;

namespace Locald.Trust;

/// <summary>The stores of the machine we run on.</summary>
public static class TrustStores
{
    /// <summary>Every store that is here, the system's first. The system's own is always there, if only to say that it is not.</summary>
    public static IReadOnlyList<ITrustStore> Find(TrustContext context)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxMachine machine = LinuxMachine.Running();
            return [LinuxSystemStore.Find(machine), .. NssStores.Find(context, machine)];
        }

        return [];
    }

    /// <summary>The store with this <see cref="ITrustStore.Id"/>, also where <see cref="Find"/> no longer gives it; null for an id of no store.</summary>
    public static ITrustStore? FromId(string id, TrustContext context) => Find(context).FirstOrDefault(s => s.Id == id)
        ?? (OperatingSystem.IsLinux() ? NssStores.FromId(id, context, LinuxMachine.Running()) : null);
}
