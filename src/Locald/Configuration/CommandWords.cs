using System.Text;

namespace Locald.Configuration;

/// <summary>A command written as one string. No shell reads it: what only a shell understands is refused, not guessed at.</summary>
internal static class CommandWords
{
    private const string ShellOnly = "|&;<>()$`*?~#\n";

    /// <summary>Splits at blanks; single and double quotes hold words together, a backslash takes the next character as it is.</summary>
    /// <returns>The words, at least one; or null and why it is none, in lower case.</returns>
    internal static (IReadOnlyList<string>? Words, string? Why) Split(string text)
    {
        List<string> words = [];
        StringBuilder? word = null;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                (word ??= new()).Append(text[++i]);
            }
            else if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word!.Append(c);
                }
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                word ??= new();
            }
            else if (c is ' ' or '\t')
            {
                Finish();
            }
            else if (ShellOnly.Contains(c))
            {
                return (null, $"'{(c == '\n' ? "\\n" : c)}' needs a shell: [\"sh\", \"-c\", \"...\"]");
            }
            else
            {
                (word ??= new()).Append(c);
            }
        }

        if (quote != '\0')
        {
            return (null, $"a quote is open: {quote}");
        }

        Finish();
        return words is ["", ..] or [] ? (null, "the program is missing") : (words, null);

        void Finish()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }
}
