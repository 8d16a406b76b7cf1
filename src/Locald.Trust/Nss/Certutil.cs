using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// Opens databases with the machine's own <c>certutil</c>, where the helper program cannot start (a system without glibc, or with an
/// older one) or finds no libnss3.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Certutil(LinuxMachine machine, string tool, UserIdentity? runAs)
{
    internal const string Failed = "certutil";

    /// <summary>Where a password is asked for there is none; without a file certutil would ask at the terminal.</summary>
    private const string NoPassword = "/dev/null";

    internal NssAnswer Ask(string verb, NssDatabase database, ReadOnlyMemory<byte> certificate, string name)
    {
        if (runAs is not null)
        {
            return new(Failed, 0) { Message = "certutil is not run as root in somebody's home folder" };
        }

        return verb switch
        {
            "probe" => Probe(database.Folder, certificate.Span),
            "install" => Install(database, certificate, name),
            "remove" => Remove(database.Folder, certificate.Span),
            _ => new("start", 0) { Message = "certutil cannot do that" },
        };
    }

    private NssAnswer Probe(string folder, ReadOnlySpan<byte> certificate)
    {
        ToolRun list = Run(folder, "", "-L");
        if (!list.Succeeded)
        {
            return Failure(list);
        }

        NssAnswer answer = new("done", 0);
        List<byte[]> others = [];
        foreach ((string nickname, string trust) in Ours(list.Output))
        {
            foreach (byte[] der in Certificates(folder, nickname))
            {
                if (certificate.SequenceEqual(der))
                {
                    answer = answer with { Present = true, Trusted = trust.Split(',')[0].Contains('C') };
                }
                else
                {
                    others.Add(der);
                }
            }
        }

        return answer with { Others = others };
    }

    private NssAnswer Install(NssDatabase database, ReadOnlyMemory<byte> certificate, string name)
    {
        string folder = database.Folder;
        try
        {
            if (!database.Exists)
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                if (ToolRun.Of(machine, new(tool, "-N", "-d", $"sql:{folder}", "--empty-password")) is { Succeeded: false } unmade)
                {
                    // Half a database would be in a browser's way.
                    File.Delete(Path.Combine(folder, "cert9.db"));
                    return Failure(unmade);
                }

                foreach (CompanionFile file in database.Companions.Where(f => !File.Exists(f.Path)))
                {
                    File.WriteAllText(file.Path, file.Content);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("folder", e.HResult) { Message = e.Message };
        }

        string pem = PemEncoding.WriteString("CERTIFICATE", certificate.Span);
        if (Run(folder, pem, "-A", "-n", name, "-t", "C,,", "-a") is not { Succeeded: false } refused)
        {
            return Probe(folder, certificate.Span);
        }

        // Under a primary password it takes the certificate and refuses the trust; half a change is none.
        Remove(folder, certificate.Span);
        return Failure(refused);
    }

    private NssAnswer Remove(string folder, ReadOnlySpan<byte> certificate)
    {
        ToolRun list = Run(folder, "", "-L");
        foreach ((string nickname, _) in Ours(list.Output))
        {
            // A nickname belongs to a subject, and each root of ours has one of its own.
            if (Certificates(folder, nickname) is [var der] && certificate.SequenceEqual(der) && Run(folder, "", "-D", "-n", nickname) is { Succeeded: false } failed)
            {
                return Failure(failed);
            }
        }

        return Probe(folder, certificate);
    }

    /// <summary>Nickname and trust of each certificate of ours. A line of the list is the nickname, spaces, and the three fields of trust.</summary>
    private static IEnumerable<(string Nickname, string Trust)> Ours(string list) =>
        list.Split('\n').Select(l => l.TrimEnd()).Where(l => l.StartsWith(OurRoots.Name, StringComparison.Ordinal) && l.Contains(' '))
            .Select(l => (l[..l.LastIndexOf(' ')].TrimEnd(), l[(l.LastIndexOf(' ') + 1)..]));

    private List<byte[]> Certificates(string folder, string nickname) =>
        [.. PemFile.Parse(Encoding.ASCII.GetBytes(Run(folder, "", "-L", "-n", nickname, "-a").Output)).Certificates];

    private ToolRun Run(string folder, string input, string verb, params string[] more) =>
        ToolRun.Of(machine, new(tool, [verb, "-d", $"sql:{folder}", "-f", NoPassword, .. more]), input);

    private NssAnswer Failure(ToolRun run) => run.End switch
    {
        ToolEnd.TimedOut => NssAnswer.TimedOut(machine.ToolLimit),
        ToolEnd.NotStarted => NssAnswer.NotStarted(run.LastLine),
        _ => new(Failed, NssFault.Number(run.Output)) { Message = run.LastLine },
    };
}
