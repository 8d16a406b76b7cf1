using System.Runtime.InteropServices;

namespace Locald.Trust.MacOS.Interop;

/// <summary>The C library of macOS.</summary>
internal static partial class LibSystem
{
    internal const string Path = "/usr/lib/libSystem.B.dylib";

    /// <summary>CSR_ALLOW_UNRESTRICTED_FS.</summary>
    internal const uint UnrestrictedFiles = 1 << 1;

    /// <summary>Asks System Integrity Protection; 0 where it allows what the mask names. In no public header, so that it may go away.</summary>
    [LibraryImport(Path)]
    internal static partial int csr_check(uint mask);
}
