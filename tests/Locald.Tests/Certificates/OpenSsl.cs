using System.Diagnostics;

namespace Locald.Tests.Certificates;

/// <summary>Runs the real openssl, whose judgement is not ours.</summary>
internal static class OpenSsl
{
    /// <returns>Exit code and both outputs.</returns>
    internal static (int Code, string Output) Run(params string[] arguments)
    {
        ProcessStartInfo start = new("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("SSL_CERT_FILE");
        start.Environment.Remove("SSL_CERT_DIR");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
