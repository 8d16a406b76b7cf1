using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// Chooses with what a database is opened: a browser's own libnss3 where it has one, else the system's, else certutil. The oldest
/// NSS that reads a database should write it (<see cref="NssDatabase.LibraryFolders"/>): for a Firefox profile that is its own, for
/// Chrome's database, which Chrome reads with the newer one inside it, the system's.
/// </summary>
/// <param name="machine">Where libraries and tools are looked for.</param>
/// <param name="ask">Asks the helper program one question.</param>
/// <param name="runAs">Whom to become first; null for nobody else.</param>
[SupportedOSPlatform("linux")]
internal sealed class NssAccess(LinuxMachine machine, Func<NssQuestion, NssAnswer> ask, UserIdentity? runAs)
{
    private readonly string? _system = NssLibraries.OfSystem(machine);
    private readonly string? _certutil = machine.FindTool("certutil");
    private readonly ConcurrentDictionary<string, NssAnswer> _silent = [];

    /// <summary>
    /// Asks by the best way there is; the next is tried only where the way itself failed, not where the database did. One that once gave
    /// no answer in time is not waited for again.
    /// </summary>
    internal NssAnswer Ask(string verb, NssDatabase database, ReadOnlyMemory<byte> certificate, string name)
    {
        if (_silent.TryGetValue(database.Folder, out NssAnswer? silent))
        {
            return silent;
        }

        NssAnswer answer = AskAnew(verb, database, certificate, name);
        return answer.Step == NssAnswer.Time ? _silent.GetOrAdd(database.Folder, answer) : answer;
    }

    private NssAnswer AskAnew(string verb, NssDatabase database, ReadOnlyMemory<byte> certificate, string name)
    {
        NssAnswer? failed = null;
        foreach (string library in Libraries(database))
        {
            NssAnswer answer = ask(new(library, database.Folder, verb, certificate, name, runAs, database.Companions));
            if (!answer.IsOfProgram)
            {
                return answer with { StoodIn = library == _system && database.LibraryFolders.Count > 0 };
            }

            failed ??= answer;
        }

        return verb != "verify" && _certutil is not null ? new Certutil(machine, _certutil, runAs).Ask(verb, database, certificate, name)
            : failed ?? NssAnswer.NoLibrary();
    }

    /// <summary>Who reads a database, for a person: "NSS 3.87.1", "certutil".</summary>
    internal static string Reader(NssAnswer answer) =>
        answer.Version is not { } version ? "certutil" : answer.StoodIn ? $"the system's NSS {version}, for want of the browser's own," : $"NSS {version}";

    /// <summary>What to do where no way leads to the database.</summary>
    internal NssFault Missing(NssAnswer answer) => new(
        TrustFault.PackageMissing,
        answer.Step switch
        {
            "library" => "libnss3, which opens it, is not installed",
            "load" => $"libnss3 cannot be loaded: {answer.Message}",
            _ => $"the program that opens it did not start: {answer.Message}",
        },
        NssPackages.Command(machine, withTools: answer.Step is not ("library" or "load")),
        "locald trust --policy");

    private IEnumerable<string> Libraries(NssDatabase database)
    {
        if (NssLibraries.In(database.LibraryFolders) is { } own)
        {
            yield return own;
        }

        if (_system is not null)
        {
            yield return _system;
        }
    }
}
