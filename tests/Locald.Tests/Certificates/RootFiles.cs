using System.Diagnostics;
using System.Runtime.Versioning;
using Locald.Certificates;

namespace Locald.Tests.Certificates;

/// <summary>A root's folder for tests that look at its files.</summary>
[UnsupportedOSPlatform("windows")]
public abstract class RootFiles : IDisposable
{
    protected const UnixFileMode Mode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    protected const UnixFileMode Mode0644 = Mode0600 | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    protected TemporaryFolder Folder { get; } = new();

    protected string Ca => Folder["state/ca"];

    protected string Certificate => Folder["state/ca/root.pem"];

    protected string Key => Folder["state/ca/root-key.pem"];

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <returns>The root's thumbprint.</returns>
    protected string MakeRoot()
    {
        using CertManager certificates = CertManager.Open(Ca);
        return certificates.Root.Thumbprint;
    }

    /// <summary>Each file in the root's folder with its bytes.</summary>
    protected Dictionary<string, byte[]> Contents() =>
        Directory.Exists(Ca) ? Directory.EnumerateFiles(Ca).Order().ToDictionary(path => path, File.ReadAllBytes) : [];

    protected static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd();
    }
}
