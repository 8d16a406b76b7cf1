using System.Diagnostics;
using System.Runtime.Versioning;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Java;

namespace Locald.Tests.Trust.Java;

/// <summary>A JAVA_HOME of a test's own: a key store in it, and the machine's keytool, or a script in its place.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeJava : IDisposable
{
    internal const string KeyStore = "/jdk/lib/security/cacerts";
    private const string Keytool = "/jdk/bin/keytool";

    internal FakeJava()
    {
        Linux = new("ID=debian\n");
        Linux.Folder("/jdk/lib/security");
        Linux.Link(Keytool, new FileInfo("/usr/bin/keytool").ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    internal FakeLinux Linux { get; }

    internal string Path => Linux.At(KeyStore);

    internal string Home => Linux.At("/jdk");

    internal JavaStore Store => new(JavaHome.Find(new TrustContext(null, name => name == "JAVA_HOME" ? Home : null), Linux.Machine)!, Linux.Machine);

    /// <summary>Makes the key store, with one certificate of somebody else's.</summary>
    /// <param name="type">JKS or PKCS12.</param>
    /// <param name="password">Its password; empty for PKCS#12 without one.</param>
    internal void Make(string type, string password)
    {
        File.Delete(Path);
        using var other = TestRoots.Create("somebody else's");
        Linux.Write("/other.pem", other.ExportCertificatePem());
        string[] plain = password.Length > 0 ? [] : ["-J-Dkeystore.pkcs12.macAlgorithm=NONE", "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE"];
        Run([.. plain, "-importcert", "-noprompt", "-alias", "other", "-file", Linux.At("/other.pem"), "-keystore", Path,
            "-storetype", type, "-storepass", password.Length > 0 ? password : "changeit"]);
    }

    /// <summary>A script in keytool's place; <c>$KEYTOOL</c> is the real one.</summary>
    internal void Replace(string script)
    {
        string real = new FileInfo(Linux.At(Keytool)).LinkTarget!;
        File.Delete(Linux.At(Keytool));
        Linux.Tool(Keytool, $"KEYTOOL={real}\n{script}");
    }

    /// <summary>What keytool itself lists.</summary>
    internal string List() => Run(["-list", "-keystore", Path, "-storepass", "changeit"]);

    public void Dispose() => Linux.Dispose();

    private static string Run(string[] arguments)
    {
        using Process keytool = Process.Start(new ProcessStartInfo("keytool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string text = keytool.StandardOutput.ReadToEnd();
        string errors = keytool.StandardError.ReadToEnd();
        Assert.True(keytool.WaitForExit(60_000) && keytool.ExitCode == 0, text + errors);
        return text;
    }
}
