using System.Diagnostics;

namespace Locald.Tests.Certificates;

/// <summary>Runs a shell script that may mount what it likes: nobody else sees it, and no privilege is needed.</summary>
internal static class PrivateMounts
{
    /// <param name="script">For sh; <c>$LOCALD</c> is the program, <c>$FOLDER</c> the folder.</param>
    /// <param name="folder">An empty folder to mount over.</param>
    /// <param name="cancellation">Ends the script.</param>
    /// <returns>Both outputs in order.</returns>
    internal static async Task<string> Run(string script, string folder, CancellationToken cancellation)
    {
        ProcessStartInfo start = new("unshare", ["-rm", "sh", "-c", $"exec 2>&1; {script}"]) { RedirectStandardOutput = true };
        start.Environment["LOCALD"] = Path.Combine(AppContext.BaseDirectory, "locald");
        start.Environment["FOLDER"] = folder;
        start.Environment["LOCALD_HOME"] = Path.Combine(folder, "home");
        using Process process = Process.Start(start)!;
        try
        {
            return await process.StandardOutput.ReadToEndAsync(cancellation);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
