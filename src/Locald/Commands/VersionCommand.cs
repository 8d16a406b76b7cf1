using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Locald.CommandLine;

namespace Locald.Commands;

internal static class VersionCommand
{
    /// <summary>As <c>0.1.0</c>.</summary>
    public static string Number => Build.Version;

    public static Command Definition { get; } = new()
    {
        Name = "version",
        Summary = "print the version",
        Examples =
        [
            new("locald version", "the number alone"),
            new("locald version --json", "with commit, runtime, OpenSSL and platform: for a bug report"),
        ],
        Options = [new("--json", null, "print what this program was built from and with")],
        Run = (arguments, session) =>
        {
            if (arguments.Has("--json"))
            {
                PrintJson(session.Terminal);
            }
            else
            {
                session.Terminal.Data(Number);
            }

            return Task.FromResult(ExitCode.Done);
        },
    };

    private static void PrintJson(Terminal terminal) => terminal.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("version", Number);
        if (Build.Commit is { } commit)
        {
            json.WriteString("commit", commit);
        }

        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        if (OperatingSystem.IsLinux())
        {
            json.WriteString("openssl", OpenSslVersion());
        }

        json.WriteString("rid", RuntimeInformation.RuntimeIdentifier);
        json.WriteEndObject();
    });

    /// <summary>As <c>3.0.22</c>, out of OpenSSL's number 0xMNN00PP0 (OPENSSL_VERSION_NUMBER(3)).</summary>
    [SupportedOSPlatform("linux")]
    private static string OpenSslVersion()
    {
        long number = SafeEvpPKeyHandle.OpenSslVersion;
        return $"{number >> 28}.{(number >> 20) & 0xFF}.{(number >> 4) & 0xFFFF}";
    }
}
