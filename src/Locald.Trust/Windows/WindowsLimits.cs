namespace Locald.Trust.Windows;

/// <summary>How long Windows may take to answer, in one place.</summary>
internal static class WindowsLimits
{
    /// <summary>For a person to read the security warning, compare the thumbprint and answer.</summary>
    internal static readonly TimeSpan Dialog = TimeSpan.FromMinutes(5);

    /// <summary>For a change that asks nobody: it writes one value into the registry.</summary>
    internal static readonly TimeSpan Call = TimeSpan.FromSeconds(30);

    /// <summary>For PowerShell to start and to look: seconds after a boot of Windows, with a virus scanner much longer.</summary>
    internal static readonly TimeSpan PowerShell = TimeSpan.FromSeconds(60);
}
