using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Locald.Nss;
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

    /// <summary>It opens one file, and at a locked one it waits for ever as NSS does.</summary>
    private readonly LinuxMachine _machine = machine with { ToolLimit = s_limit < machine.ToolLimit ? s_limit : machine.ToolLimit };

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

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
            return Keyless.Is(folder) ? new("open", 0) { Condition = "keyless", Present = Keyless.Holds(folder, certificate) } : Failure(list);
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
            NssAnswer answer = database.Exists || File.Exists(Path.Combine(folder, "key4.db")) ? Add(folder, certificate, name) : Make(folder, certificate, name);
            foreach (CompanionFile file in answer.IsDone ? database.Companions.Where(f => !File.Exists(f.Path)) : [])
            {
                File.WriteAllText(file.Path + Draft.Suffix, file.Content);
                File.Move(file.Path + Draft.Suffix, file.Path);
            }

            return answer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("folder", e.HResult) { Message = e.Message };
        }
    }

    private NssAnswer Make(string folder, ReadOnlyMemory<byte> certificate, string name)
    {
        Draft draft = new(folder);
        try
        {
            draft.Begin();
            NssAnswer answer = Initialize(draft.Folder) ?? Add(draft.Folder, certificate, name);

            // It tells where the draft lay. Whoever needs one writes it anew.
            File.Delete(Path.Combine(draft.Folder, "pkcs11.txt"));
            return !answer.IsDone || draft.Finish() ? answer : Add(folder, certificate, name);
        }
        finally
        {
            draft.Discard();
        }
    }

    /// <returns>Null where it has its two files and an empty password now.</returns>
    private NssAnswer? Initialize(string folder) =>
        ToolRun.Of(_machine, new(tool, "-N", "-d", $"sql:{folder}", "--empty-password")) is { Succeeded: false } unmade ? Failure(unmade) : null;

    private NssAnswer Add(string folder, ReadOnlyMemory<byte> certificate, string name)
    {
        if (Keyless.Is(folder) && Initialize(folder) is { } uninitialized)
        {
            return uninitialized;
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
        if (Keyless.Is(folder) && Initialize(folder) is { } uninitialized)
        {
            return uninitialized;
        }

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
        ToolRun.Of(_machine, new(tool, [verb, "-d", $"sql:{folder}", "-f", NoPassword, .. more]), input);

    private NssAnswer Failure(ToolRun run) => run.End switch
    {
        ToolEnd.TimedOut => NssAnswer.TimedOut(_machine.ToolLimit),
        ToolEnd.NotStarted => NssAnswer.NotStarted(run.LastLine),
        _ => new(Failed, NssFault.Number(run.Output)) { Message = run.LastLine },
    };
}
