using System.Diagnostics;

namespace Locald.Tests.Trust.Policy;

/// <summary>Runs what a person would paste.</summary>
internal static class Shell
{
    public static void Run(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.True(process.ExitCode == 0, $"{command}: {error}");
    }
}
