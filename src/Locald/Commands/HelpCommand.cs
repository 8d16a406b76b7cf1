using Locald.CommandLine;
using Locald.Completion;

namespace Locald.Commands;

internal static class HelpCommand
{
    public static Command Definition { get; } = new()
    {
        Name = "help",
        Summary = "explain locald, or one command",
        Usage = "[COMMAND]",
        Examples = [new("locald help", "every command"), new("locald help serve", "one command's examples and options")],
        Options = [new("--man", null, "print the whole as a manual page: locald help --man > locald.1, man ./locald.1")],
        MaxWords = 1,
        Words = (_, _) => Task.FromResult(CommandTable.All.Select(c => new Candidate(c.Name, c.Summary))),
        Run = (arguments, session) =>
        {
            session.Terminal.Raw(arguments.Has("--man") ? ManualPage.Of(CommandTable.All, VersionCommand.Number)
                : arguments.Words is [string name] ? HelpPage.Of(CommandTable.Find(name, nearest => $"locald help {nearest}"))
                : HelpPage.Overview(CommandTable.All));
            return Task.FromResult(ExitCode.Done);
        },
    };
}
