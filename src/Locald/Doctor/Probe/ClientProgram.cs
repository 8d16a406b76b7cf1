using Locald.ClientTrust;

namespace Locald.Doctor.Probe;

/// <summary>A client of the command line: how it is asked, and what decides whom it trusts.</summary>
/// <param name="Program">What it is called in PATH.</param>
internal sealed record ClientProgram(string Program)
{
    /// <summary>The check's id.</summary>
    internal required string Id { get; init; }

    /// <summary>What stands behind the program's name on its command line.</summary>
    internal required Func<ProbeTarget, string[]> Arguments { get; init; }

    /// <summary>A source file that it is to run, by its name and text; null where its command line says it all.</summary>
    internal (string Name, string Text)? Source { get; init; }

    /// <summary>Environment variables that change its roots.</summary>
    internal required string[] Variables { get; init; }

    /// <summary>Whether it finds what is in the system's store by itself.</summary>
    internal bool ReadsSystemStore { get; init; }

    /// <summary>Reads its verdict from how it ended.</summary>
    internal required Func<ProgramRun, Answer> Judge { get; init; }

    /// <summary>For all that it is asked, together.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>By the program's path, the command that makes it trust the root where neither the system's store nor a variable does.</summary>
    internal Func<string, string> Mend { get; init; } = _ => "eval \"$(locald env)\"";

    /// <summary>What <c>locald env</c> would set for it, with the root alone in place of the bundle; empty where it has no variable for it.</summary>
    internal IEnumerable<(string Name, string Value)> Taught(string rootPem) =>
        ClientVariable.All.Where(v => Variables.Contains(v.Name)).Select(v => (v.Name, v.Value(null, rootPem, rootPem)));
}
