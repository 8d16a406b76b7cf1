using Locald.CommandLine;

namespace Locald.Commands;

internal static class HelpCommand
{
    public static Command Definition { get; } = new()
    {
        Name = "help",
        Summary = "explain locald, or one command",
        Usage = "[COMMAND]",
        Examples = [new("locald help", "every command"), new("locald help serve", "one command's examples and options")],
        MaxWords = 1,
        Run = (arguments, session) =>
        {
            session.Terminal.Raw(arguments.Words is [string name] ? HelpPage.Of(CommandTable.Find(name, nearest => $"locald help {nearest}")) : HelpPage.Overview(CommandTable.All));
            return Task.FromResult(ExitCode.Done);
        },
    };
}
