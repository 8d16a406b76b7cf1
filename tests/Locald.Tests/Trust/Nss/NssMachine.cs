using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Linux;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>One database in a temporary folder, opened by the helper program as <c>dotnet build</c> made it, with the machine's own libnss3.</summary>
[SupportedOSPlatform("linux")]
internal sealed class NssMachine : IDisposable
{
    /// <summary>Where Debian's Firefox has an NSS of its own, newer than the system's.</summary>
    public const string Firefox = "/usr/lib/firefox-esr";

    private readonly FakeLinux _linux = new("ID=debian\n");

    public NssMachine()
    {
        Machine = new("", "", Privileged: false);
        Folder = _linux.At("/home/.pki/nssdb");
    }

    public X509Certificate2 Root { get; } = TestRoots.Create();

    public string Folder { get; }

    /// <summary>Where libraries and tools are looked for: this machine, unless a test says otherwise.</summary>
    public LinuxMachine Machine { get; set; }

    public FakeLinux Linux => _linux;

    /// <summary>How the helper is asked.</summary>
    public Func<NssQuestion, NssAnswer> Ask { get; set; } = question => NssProcess.Run(Helper, question.Format(), TimeSpan.FromSeconds(30));

    public NssStore Store => Of();

    /// <summary>The published one, which <c>build.sh test</c> names; else the one that was built with the tests, which finds a runtime where packages put it alone.</summary>
    private static string Helper => Environment.GetEnvironmentVariable("LOCALD_NSS") ?? Path.Combine(AppContext.BaseDirectory, "locald-nss");

    public NssStore Of(params string[] libraryFolders) => new(new(Folder, "the test's database", libraryFolders), new(Machine, Ask, null));

    public StoreResult Install() => Store.Install(Root);

    /// <summary>A database as a browser or a person makes it.</summary>
    public void Make(string? password = null)
    {
        Directory.CreateDirectory(Folder);
        _linux.Write("/password", password + "\n");
        Certutil(password is null ? ["-N", "--empty-password"] : ["-N", "-f", _linux.At("/password")]);
    }

    /// <summary>What NSS's own tool says of the database.</summary>
    public string Certutil(params string[] arguments) => Run("certutil", [.. arguments, "-d", $"sql:{Folder}"]);

    /// <summary>How many objects SQLite counts in the database: a certificate is one, its trust another.</summary>
    public int Objects() => int.Parse(Python("print(db.execute('select count(*) from nssPublic').fetchone()[0])"));

    /// <summary>Runs a script that has the database open as <c>db</c>, by SQLite, past NSS.</summary>
    public string Python(string script)
    {
        using Process process = StartPython(script);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>The same, still running. Its standard input is open.</summary>
    public Process StartPython(string script) => Start("python3",
        ["-c", $"import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1], isolation_level=None)\n{script}", Path.Combine(Folder, "cert9.db")]);

    public void Dispose()
    {
        Root.Dispose();
        _linux.Dispose();
    }

    private static string Run(string program, string[] arguments)
    {
        using Process process = Start(program, arguments);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
