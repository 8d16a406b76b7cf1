using Locald.CommandLine;

namespace Locald.Commands;

/// <summary>Every command, in the order in which help lists them.</summary>
public static class CommandTable
{
    public static IReadOnlyList<Command> All { get; } =
    [
        TrustCommand.Definition,
        UntrustCommand.Definition,
        ServeCommand.Definition,
        RunCommand.Definition,
        AddCommand.Definition,
        RemoveCommand.Definition,
        ListCommand.Definition,
        LogsCommand.Definition,
        StopCommand.Definition,
        StatusCommand.Definition,
        DoctorCommand.Definition,
        CertCommand.Definition,
        CaCommand.Definition,
        EnvCommand.Definition,
        HostsCommand.Definition,
        ServiceCommand.Definition,
        ConfigCommand.Definition,
        CompletionCommand.Definition,
        VersionCommand.Definition,
        HelpCommand.Definition,
    ];

    /// <summary>Called by this program alone, and listed nowhere.</summary>
    private static IReadOnlyList<Command> Internal { get; } = [ChangeStoresCommand.Definition, HostsCommand.Elevated, ServiceCommand.Elevated, CompletionCommand.Complete];

    /// <exception cref="UserError">Whatever the command could not do, or exit code 2 for a command that does not exist.</exception>
    public static Task<ExitCode> RunAsync(string[] line, Session session)
    {
        string name = line.Length == 0 ? "help" : line[0] switch
        {
            "--help" or "-h" => "help",
            "--version" or "-V" => "version",
            string word => word,
        };
        Command command = Find(name, nearest => new Retry(line).Replace(0, nearest).ToString());
        if (AsksForHelp(line.AsSpan(Math.Min(1, line.Length))))
        {
            session.Terminal.Raw(HelpPage.Of(command));
            return Task.FromResult(ExitCode.Done);
        }

        return command.Run(Arguments.Parse(command, line.AsSpan(Math.Min(1, line.Length))), session);
    }

    /// <param name="name">As it was typed.</param>
    /// <param name="mend">Makes the hint of the nearest command's name.</param>
    /// <exception cref="UserError">Exit code 2: there is no such command; the hint is the nearest one.</exception>
    internal static Command Find(string name, Func<string, string> mend)
    {
        foreach (Command command in All.Concat(Internal))
        {
            if (command.Name == name)
            {
                return command;
            }
        }

        if (name.StartsWith('-'))
        {
            throw new UserError($"'{name}'", "options follow a command", ExitCode.Usage, "locald help");
        }

        // A route typed where the command belongs is meant to be served.
        if (name.Contains('=') && All.Any(c => c.Name == "serve"))
        {
            throw new UserError($"'{name}'", "there is no such command", ExitCode.Usage, $"locald serve {name}");
        }

        string? nearest = Nearest.To(name, All.Select(c => c.Name));
        throw new UserError($"'{name}'", "there is no such command", ExitCode.Usage, nearest is null ? "locald help" : mend(nearest));
    }

    private static bool AsksForHelp(ReadOnlySpan<string> line)
    {
        foreach (string token in line)
        {
            if (token is "--help" or "-h")
            {
                return true;
            }

            // What follows belongs to somebody else's command line.
            if (token == "--")
            {
                return false;
            }
        }

        return false;
    }
}
