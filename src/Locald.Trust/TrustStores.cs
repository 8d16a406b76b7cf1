using Locald.Trust.Linux;

namespace Locald.Trust;

/// <summary>The stores of the machine we run on.</summary>
public static class TrustStores
{
    /// <summary>The store that most clients of the machine read; null on an operating system whose store is not supported yet.</summary>
    public static ITrustStore? System() => OperatingSystem.IsLinux() ? LinuxSystemStore.Find(LinuxMachine.Running()) : null;
}
