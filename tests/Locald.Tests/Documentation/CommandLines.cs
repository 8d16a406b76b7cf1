using System.Text;
using System.Text.RegularExpressions;

namespace Locald.Documentation;

/// <summary>
/// Finds the locald command lines of a page: in code blocks, and in code within text. It knows as much of the shell as they use:
/// quotes, comments, and what ends a command.
/// </summary>
internal static partial class CommandLines
{
    /// <summary>Each line's words, without <c>locald</c> itself, and where it was found.</summary>
    public static IEnumerable<(string[] Words, string Where)> All()
    {
        foreach (CodeBlock block in ReadmePage.Blocks)
        {
            IEnumerable<string> lines = block.Language switch
            {
                "console" => block.Lines.Where(l => l.StartsWith("$ ", StringComparison.Ordinal)).Select(l => l[2..]),
                "yaml" => block.Lines.Select(l => ComposeCommand().Replace(l, "locald $1")),
                "ts" => block.Lines.SelectMany(l => Quoted().Matches(l).Select(m => m.Groups[1].Value)),
                "sh" or "json" or "powershell" => block.Lines,
                _ => [],
            };
            foreach (string[] words in lines.SelectMany(Split))
            {
                yield return (words, block.ToString());
            }
        }

        // A line that only names a command, as `locald run`, is one too.
        foreach (Match code in InlineCode().Matches(ReadmePage.Text))
        {
            foreach (string[] words in Split(code.Groups[1].Value.Replace("\\|", "|").Replace('\n', ' ')))
            {
                yield return (words, code.Value);
            }
        }
    }

    /// <summary>The words of each locald command in a line.</summary>
    public static IEnumerable<string[]> Split(string line)
    {
        foreach (Match start in Start().Matches(line))
        {
            string[] words = [.. Words(line[(start.Index + start.Length)..])];
            if (!InComment(line, start.Index))
            {
                yield return words;
            }
        }
    }

    private static IEnumerable<string> Words(string text)
    {
        StringBuilder word = new();
        bool any = false;
        char quote = '\0';
        foreach (char c in text + " ")
        {
            if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                any = true;
            }
            else if (c is ' ' or ';' or '&' or '|' or '>' or ')' || (c == '#' && word.Length == 0))
            {
                if (any || word.Length > 0)
                {
                    yield return word.ToString();
                }

                word.Clear();
                any = false;
                if (c != ' ')
                {
                    yield break;
                }
            }
            else
            {
                word.Append(c);
            }
        }
    }

    private static bool InComment(string line, int at) => Comment().Match(line) is { Success: true } comment && comment.Index < at;

    [GeneratedRegex(@"(?<![\w./""'-])locald(?= [a-z-])")]
    private static partial Regex Start();

    [GeneratedRegex(@"(^|\s)(#|//)\s")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s*command: (serve .*)$")]
    private static partial Regex ComposeCommand();

    [GeneratedRegex("'(locald [^']*)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<!`)`((?:[A-Z_0-9]+=\S+ |eval ""\$\()?locald [^`]+)`(?!`)")]
    private static partial Regex InlineCode();
}
