namespace Locald.Running;

/// <summary>Finds the program of a command as a shell does, with a shell's exit codes where it cannot.</summary>
internal static class AppProgram
{
    /// <summary>What shells say where there is no such program, and where it is there but cannot be run (POSIX, Shell Command Language §2.8.2).</summary>
    internal const ExitCode NotFound = (ExitCode)127;

    /// <inheritdoc cref="NotFound"/>
    internal const ExitCode NotExecutable = (ExitCode)126;

    /// <returns>Its absolute path.</returns>
    /// <exception cref="UserError">Exit code 127 or 126.</exception>
    internal static string Find(string program, Session session)
    {
        if (program.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            string path = Path.GetFullPath(program, session.WorkingFolder);
            return Directory.Exists(path) ? throw new UserError($"starting {program}", "it is a folder", NotExecutable, $"ls {program}")
                : !File.Exists(path) ? throw new UserError($"starting {program}", "there is no such file", NotFound, $"ls {Path.GetDirectoryName(path)}")
                : PathSearch.IsExecutable(path) ? path
                : throw new UserError($"starting {program}", "it is not executable", NotExecutable, $"chmod +x {program}");
        }

        return Names(program, session).Select(name => PathSearch.Find(name, session)).FirstOrDefault(found => found is not null)
            ?? throw new UserError($"starting {program}", "no folder of PATH holds such a program", NotFound, $"command -v {program}");
    }

    /// <summary>Windows' npm is npm.cmd.</summary>
    private static IEnumerable<string> Names(string program, Session session) => OperatingSystem.IsWindows() && !Path.HasExtension(program)
        ? (session.Variable("PATHEXT") ?? ".EXE;.CMD;.BAT").Split(';').Select(extension => program + extension)
        : [program];
}
