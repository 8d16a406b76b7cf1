using Locald.Trust;

namespace Locald.Doctor.Probe;

/// <summary>
/// The clients that doctor asks. None of them looks the name up: most resolvers do not know <c>.localhost</c>, and that is another check's
/// business. None reads a file of the folder it is started in.
/// </summary>
internal static class ClientPrograms
{
    private const string Accepts = "accepts";
    private const string Refuses = "refuses ";

    internal static readonly IReadOnlyList<ClientProgram> All =
    [
        new("curl")
        {
            Id = "probe.curl",
            Arguments = t =>
            [
                "-q", "-sS", "--noproxy", "*", "--max-time", "4", "--resolve", $"{t.Name}:{t.Port}:127.0.0.1",
                "-o", OperatingSystem.IsWindows() ? "NUL" : "/dev/null", $"https://{t.Name}:{t.Port}/",
            ],
            Variables = ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NIX_SSL_CERT_FILE"],
            ReadsSystemStore = !OperatingSystem.IsMacOS(),
            Judge = Curl,
        },
        new("openssl")
        {
            Id = "probe.openssl",
            Arguments = t => ["s_client", "-connect", $"127.0.0.1:{t.Port}", "-servername", t.Name],
            Variables = ["SSL_CERT_FILE", "SSL_CERT_DIR", "NIX_SSL_CERT_FILE"],
            ReadsSystemStore = OperatingSystem.IsLinux(),
            Judge = OpenSsl,
        },
        new("python3")
        {
            Id = "probe.python",
            // Isolated: else a file ssl.py of the folder one happens to be in would be run.
            Arguments = t => ["-I", "-c", ProbeScripts.Python, $"{t.Port}", t.Name],
            Variables = ["SSL_CERT_FILE", "SSL_CERT_DIR", "NIX_SSL_CERT_FILE"],
            ReadsSystemStore = OperatingSystem.IsLinux(),
            Judge = Script,
        },
        new("node")
        {
            Id = "probe.node",
            Arguments = t => ["-e", ProbeScripts.Node, $"{t.Port}", t.Name],
            Variables = ["NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "NODE_OPTIONS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
            Judge = Script,
        },
        new("java")
        {
            Id = "probe.java",
            // Source mode (JEP 330), which reads no pipe. Half of a short run is the compiler's warm-up.
            Arguments = t => ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", Path.Combine(t.SourceFolder, "Probe.java"), $"{t.Port}", t.Name],
            Source = ("Probe.java", ProbeScripts.Java),
            Variables = ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"],
            Judge = Script,
            Limit = TimeSpan.FromSeconds(15),
            Mend = path => $"JAVA_HOME={ShellWord.Quote(JavaHomeOf(path))} locald trust --store java",
        },
    ];

    /// <summary>Of the very Java that was asked; another one may be the shell's JAVA_HOME. /usr/bin/java is a link to a link to it.</summary>
    private static string JavaHomeOf(string path) =>
        Path.GetDirectoryName(Path.GetDirectoryName(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path)) ?? path;

    /// <summary>Exit codes of curl(1): 51 and 60 are verdicts, 77 is a file of roots that cannot be read.</summary>
    private static Answer Curl(ProgramRun run) => run.Code switch
    {
        0 => Answer.Accepts,
        51 or 60 or 77 => Answer.Refuses(CurlWords(run)),
        _ => Answer.None(CurlWords(run)),
    };

    /// <summary>"curl: (60) SSL certificate problem: …" without its name and number.</summary>
    private static string CurlWords(ProgramRun run)
    {
        string line = run.FirstErrorLine;
        int end = line.StartsWith("curl: (", StringComparison.Ordinal) ? line.IndexOf(") ", StringComparison.Ordinal) : -1;
        return end < 0 ? line : line[(end + 2)..];
    }

    /// <summary>It goes on after a refusal, and says "Verify return code: 20 (unable to get local issuer certificate)".</summary>
    private static Answer OpenSsl(ProgramRun run)
    {
        const string Mark = "Verify return code: ";
        if (run.Out.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal)) is not { } line)
        {
            return Answer.None(run.FirstErrorLine);
        }

        string verdict = line[Mark.Length..];
        return verdict.StartsWith("0 ", StringComparison.Ordinal) ? Answer.Accepts
            : Answer.Refuses(verdict.IndexOf('(') is >= 0 and int open ? verdict[(open + 1)..].TrimEnd(')') : verdict);
    }

    /// <summary>The scripts of ours end with a line that is their verdict.</summary>
    private static Answer Script(ProgramRun run)
    {
        foreach (string line in run.Out.Split('\n').Select(l => l.Trim()))
        {
            if (line == Accepts)
            {
                return Answer.Accepts;
            }

            if (line.StartsWith(Refuses, StringComparison.Ordinal))
            {
                return Answer.Refuses(line[Refuses.Length..]);
            }
        }

        return Answer.None(run.FirstErrorLine);
    }
}
