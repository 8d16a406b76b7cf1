using Locald.CommandLine;
using Locald.Completion;

namespace Locald.Commands;

internal static class CompletionCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "completion",
        Summary = "print a script that completes command lines when Tab is pressed",
        Usage = "bash|zsh|fish|powershell",
        MaxWords = 1,
        Examples =
        [
            new("locald completion bash > ~/.local/share/bash-completion/completions/locald", "bash, with the package bash-completion"),
            new("source <(locald completion bash)", "bash without it, in ~/.bashrc"),
            new("locald completion zsh > \"${fpath[1]}/_locald\"", "zsh; a new shell knows it"),
            new("locald completion fish > ~/.config/fish/completions/locald.fish", "fish"),
            new("locald completion powershell | Out-String | Invoke-Expression", "PowerShell, in $PROFILE"),
        ],
        Notes = """
            The script asks locald itself: commands, options, their values, and the names that the running
            instance serves.
            """,
        Words = (_, _) => Task.FromResult<IEnumerable<Candidate>>(CompletionScripts.All.Keys.Select(s => new Candidate(s))),
        Run = (arguments, session) =>
        {
            if (arguments.Words is not [var shell])
            {
                throw new UserError("completion", "the shell is missing: bash, zsh, fish or powershell", ExitCode.Usage, "locald completion bash");
            }

            if (!CompletionScripts.All.TryGetValue(shell, out string? script))
            {
                throw new UserError("completion", $"'{shell}' is none of bash, zsh, fish and powershell", ExitCode.Usage,
                    $"locald completion {Nearest.To(shell, CompletionScripts.All.Keys) ?? "bash"}");
            }

            session.Terminal.Raw(script);
            return Task.FromResult(ExitCode.Done);
        },
    };

    /// <summary>Not for people: the scripts call it with the words so far. It is silent about whatever is wrong.</summary>
    internal static Command Complete { get; } = new()
    {
        Name = "__complete",
        Summary = "print what may complete a command line (called by the completion scripts)",
        MaxWords = 10_000,
        Run = async (arguments, session) =>
        {
            foreach (Candidate candidate in await Completer.CompleteAsync(CommandTable.All, arguments.Words, session))
            {
                session.Terminal.Data(candidate.Meaning.Length == 0 ? candidate.Text : $"{candidate.Text}\t{candidate.Meaning}");
            }

            return ExitCode.Done;
        },
    };
}
