using System.Runtime.InteropServices;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>Where libnss3 lies.</summary>
internal static class NssLibraries
{
    private const string File = "libnss3.so";

    private static readonly string s_triplet = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

    /// <summary>Debian's folder of this machine's kind, then those of Fedora, openSUSE and Arch, then of NixOS's system profile.</summary>
    private static string[] SystemFolders => [$"/usr/lib/{s_triplet}", $"/lib/{s_triplet}", "/usr/lib64", "/lib64", "/usr/lib", "/usr/local/lib", "/run/current-system/sw/lib"];

    /// <summary>The system's own; null where it is not installed.</summary>
    internal static string? OfSystem(LinuxMachine machine) => In(SystemFolders.Select(machine.At));

    /// <summary>The first of the folders that has one; null where none has.</summary>
    internal static string? In(IEnumerable<string> folders) => folders.Select(f => $"{f}/{File}").FirstOrDefault(System.IO.File.Exists);
}
