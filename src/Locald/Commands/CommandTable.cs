using Locald.CommandLine;

namespace Locald.Commands;

/// <summary>Every command, in the order in which help lists them.</summary>
public static class CommandTable
{
    public static IReadOnlyList<Command> All { get; } = [VersionCommand.Definition];

    /// <exception cref="UserError">Whatever the command could not do, or exit code 2 for a command that does not exist.</exception>
    public static Task<ExitCode> RunAsync(string[] line, Session session)
    {
        string name = line.Length > 0 ? line[0] : "help";
        Command? command = All.FirstOrDefault(c => c.Name == name);
        if (command is null)
        {
            string? nearest = Nearest.To(name, All.Select(c => c.Name));
            throw new UserError($"'{name}'", "there is no such command", ExitCode.Usage, nearest is null ? "locald help" : $"locald {nearest}");
        }

        return command.Run(Arguments.Parse(command, line.AsSpan(1)), session);
    }
}
