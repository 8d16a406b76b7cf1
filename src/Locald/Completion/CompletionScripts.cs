namespace Locald.Completion;

/// <summary>
/// What each shell runs when Tab is pressed. They hand the words to <c>locald __complete</c> and show what it answers: a candidate a
/// line, with its meaning behind a tab, or what the shell completes itself (<see cref="Candidate.Files"/>, <see cref="Candidate.Programs"/>).
/// </summary>
internal static class CompletionScripts
{
    /// <summary>The shells that are known, as they are typed.</summary>
    internal static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
        ["powershell"] = PowerShell,
    };

    // bash replaces the piece of the word behind its last break, of which the equals sign is one.
    private const string Bash = """
        _locald() {
            local line value cur="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
            COMPREPLY=()
            [[ $cur == = ]] && cur=
            while IFS= read -r line; do
                value="${line%%$'\t'*}"
                case "$value" in
                    :files) compopt -o filenames 2>/dev/null; while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$cur") ;;
                    :programs) while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -c -- "$cur") ;;
                    *)
                        if [[ $before == = || ${COMP_WORDS[COMP_CWORD]} == = ]]; then value="${value#*=}"; fi
                        COMPREPLY+=("$(printf '%q' "$value")")
                        ;;
                esac
            done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
        }
        complete -F _locald locald

        """;

    private const string Zsh = """
        #compdef locald
        _locald() {
            local line value
            local -a values
            for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
                value="${line%%$'\t'*}"
                case "$value" in
                    '') ;;
                    :files) _files ;;
                    :programs) _command_names -e ;;
                    "$line") values+=("${value//:/\\:}") ;;
                    *) values+=("${value//:/\\:}:${line#*$'\t'}") ;;
                esac
            done
            (( ${#values} )) && _describe -t locald locald values
        }
        if [[ $funcstack[1] == _locald ]]; then _locald "$@"; else compdef _locald locald; fi

        """;

    private const string Fish = """
        function __locald_complete
            set -l words (commandline -opc) (commandline -ct)
            for line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)
                switch $line
                    case ':files*'
                        __fish_complete_path (commandline -ct)
                    case ':programs*'
                        __fish_complete_command
                    case '*'
                        echo $line
                end
            end
        end
        complete -c locald -f -a '(__locald_complete)'

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName locald -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
            $before = @($words | Select-Object -Skip 1)
            if ($wordToComplete -eq '') { $before += '""' }
            & $words[0] __complete -- @before 2>$null | ForEach-Object {
                $value, $meaning = $_ -split "`t", 2
                if ($value -in ':files', ':programs') { return }
                if (-not $meaning) { $meaning = $value }
                [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $meaning)
            }
        }

        """;
}
