using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Java;

namespace Locald.Tests.Trust.Java;

/// <summary>A JAVA_HOME of a test's own: a key store in it, and the machine's keytool, or a script in its place.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeJava : IDisposable
{
    internal const string KeyStore = "/jdk/lib/security/cacerts";
    private const string Program = "/jdk/bin/keytool";

    internal FakeJava()
    {
        Linux = new("ID=debian\n");
        Linux.Folder("/jdk/lib/security");
        Linux.Link(Program, new FileInfo("/usr/bin/keytool").ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    internal FakeLinux Linux { get; }

    internal string Path => Linux.At(KeyStore);

    internal string Home => Linux.At("/jdk");

    internal JavaStore Store => new(JavaHome.Find(new TrustContext(null, name => name == "JAVA_HOME" ? Home : null))!, Linux.Machine);

    /// <summary>What lies beside the key store: nothing, when all is over.</summary>
    internal string[] Beside => [.. Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!).Where(f => f != Path)];

    /// <summary>Makes the key store, with two certificates of somebody else's.</summary>
    /// <param name="type">JKS or PKCS12.</param>
    /// <param name="password">Its password; empty for PKCS#12 in plain, as JDK 18 and later ship it.</param>
    /// <param name="options">Of the JVM.</param>
    internal void Make(string type, string password, params string[] options)
    {
        File.Delete(Path);
        string[] plain = password.Length > 0 ? options : ["-J-Dkeystore.pkcs12.macAlgorithm=NONE", "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE"];
        foreach (string alias in new[] { "other", "another" })
        {
            using X509Certificate2 other = TestRoots.Create($"somebody else's {alias}");
            Add(other, alias, type, password, plain);
        }
    }

    /// <summary>Puts a certificate in by keytool itself.</summary>
    internal void Add(X509Certificate2 certificate, string alias, string type = "PKCS12", string password = "", params string[] options)
    {
        Linux.Write("/added.pem", certificate.ExportCertificatePem());
        Run([.. options, "-importcert", "-noprompt", "-alias", alias, "-file", Linux.At("/added.pem"), "-keystore", Path,
            "-storetype", type, "-storepass", password.Length > 0 ? password : "changeit"]);
    }

    /// <summary>Makes the key store as openssl does: no certificate in it has Java's attribute.</summary>
    internal void MakeUntrusted(X509Certificate2 certificate)
    {
        File.Delete(Path);
        Linux.Write("/added.pem", certificate.ExportCertificatePem());
        Run("openssl", ["pkcs12", "-export", "-nokeys", "-certpbe", "NONE", "-in", Linux.At("/added.pem"), "-out", Path, "-passout", "pass:changeit"]);
    }

    /// <summary>A script in keytool's place; <c>$KEYTOOL</c> is the real one.</summary>
    internal void Replace(string script)
    {
        string real = new FileInfo(Linux.At(Program)).LinkTarget!;
        File.Delete(Linux.At(Program));
        Linux.Tool(Program, $"KEYTOOL={real}\n{script}");
    }

    /// <summary>Runs the real keytool on the key store.</summary>
    internal string Keytool(params string[] arguments) => Run([.. arguments, "-keystore", Path, "-storepass", "changeit"]);

    /// <summary>What keytool itself lists.</summary>
    internal string List() => Keytool("-list");

    public void Dispose() => Linux.Dispose();

    private static string Run(string[] arguments) => Run("keytool", arguments);

    private static string Run(string program, string[] arguments)
    {
        using Process tool = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string text = tool.StandardOutput.ReadToEnd();
        string errors = tool.StandardError.ReadToEnd();
        Assert.True(tool.WaitForExit(60_000) && tool.ExitCode == 0, text + errors);
        return text;
    }
}
