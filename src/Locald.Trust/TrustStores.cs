using Locald.Trust.Java;
using Locald.Trust.Linux;
using Locald.Trust.MacOS;
using Locald.Trust.Nss;
using Locald.Trust.Policy;
using Locald.Trust.Windows;
using Locald.Trust.Windows.Wsl;

namespace Locald.Trust;

/// <summary>The stores of the machine we run on.</summary>
public static class TrustStores
{
    /// <summary>Every store that is here, the system's first. The system's own is always there, if only to say that it is not.</summary>
    public static IReadOnlyList<ITrustStore> Find(TrustContext context)
    {
        LinuxMachine machine = LinuxMachine.Running();
        IEnumerable<ITrustStore> java = JavaHome.Find(context) is { } home ? [new JavaStore(home, machine)] : [];
        if (OperatingSystem.IsLinux())
        {
            return [LinuxSystemStore.Find(machine), .. NssStores.Find(context, machine), .. PolicyStores.Find(context, machine), .. java, .. Wsl(machine, context)];
        }

        if (OperatingSystem.IsWindows())
        {
            return [WindowsRootStore.OfThisMachine(context), .. java];
        }

        if (OperatingSystem.IsMacOS())
        {
            return [new KeychainStore(context, Environment.IsPrivilegedProcess), .. java];
        }

        return [.. java];
    }

    /// <summary>The store with this <see cref="ITrustStore.Id"/>, also where <see cref="Find"/> no longer gives it; null for an id of no store.</summary>
    public static ITrustStore? FromId(string id, TrustContext context) => Find(context).FirstOrDefault(s => s.Id == id)
        ?? (id.StartsWith(JavaStore.IdPrefix, StringComparison.Ordinal) && JavaHome.In(id[JavaStore.IdPrefix.Length..]) is { } java
            ? new JavaStore(java, LinuxMachine.Running())
            : OperatingSystem.IsLinux() ? NssStores.FromId(id, context, LinuxMachine.Running()) ?? PolicyStores.FromId(id, context, LinuxMachine.Running())
            : OperatingSystem.IsMacOS() ? KeychainStore.FromId(id, context, Environment.IsPrivilegedProcess) : null);

    private static WslStore[] Wsl(LinuxMachine machine, TrustContext context) =>
        WslInterop.Find(machine, context.Variable) is { } interop ? [new(interop, context)] : [];
}
