using System.Runtime.Versioning;
using Locald.Tests.Trust.Linux;

namespace Locald.Tests.Commands;

/// <summary>A user on a stand-in for Debian, with a home folder of the test's own and no program in PATH but those that the test adds.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TrustSession : IDisposable
{
    internal FakeLinux Debian { get; } = FakeLinux.Debian();

    internal string Home { get; } = Directory.CreateTempSubdirectory("locald-home-").FullName;

    internal Session Session(bool interactive = false) => new()
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive),
        Variable = name => name switch { "LOCALD_HOME" => Home, "PATH" => Debian.At("/bin"), _ => null },
        SystemBundle = () => Debian.At("/etc/ssl/certs/ca-certificates.crt") is var bundle && File.Exists(bundle) ? bundle : null,
        TrustStores = _ => [Debian.Store],
    };

    internal Task<Transcript> Run(params string[] line) => Transcript.Of(Session(), line);

    internal Task<Transcript> RunOnTerminal(params string[] line) => Transcript.Of(Session(interactive: true), line);

    public void Dispose()
    {
        Debian.Dispose();
        Directory.Delete(Home, recursive: true);
    }
}
