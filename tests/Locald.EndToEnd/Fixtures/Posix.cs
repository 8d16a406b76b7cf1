using System.Runtime.InteropServices;

namespace Locald.EndToEnd.Fixtures;

/// <summary>The one system call that .NET does not offer by itself.</summary>
public static partial class Posix
{
    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int KillNative(int pid, int signal);

    public static void Kill(int pid, int signal) => Assert.Equal(0, KillNative(pid, signal));
}
