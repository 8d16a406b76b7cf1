using System.Reflection;
using System.Text.RegularExpressions;

namespace Locald.Documentation;

/// <summary>README.md, taken apart: its headings, its tables, its code blocks. Both test projects read it through this.</summary>
internal static class ReadmePage
{
    public static IReadOnlyList<string> Lines { get; } = Read();

    public static string Text => string.Join('\n', Lines);

    /// <summary>Every fenced code block, in order.</summary>
    public static IReadOnlyList<CodeBlock> Blocks { get; } = [.. FindBlocks()];

    /// <summary>The headings, without their marks; lines of code blocks that begin with # are none.</summary>
    public static IReadOnlyList<string> Headings { get; } =
        [.. Lines.Where((line, i) => line.StartsWith('#') && !Blocks.Any(b => i >= b.First && i < b.First + b.Lines.Count)).Select(l => l.TrimStart('#').Trim())];

    /// <summary>The cells of each row of the first table below a heading, the table's own head left out.</summary>
    public static IReadOnlyList<string[]> Rows(string heading)
    {
        string[][] rows =
        [
            .. Lines.SkipWhile(l => !l.StartsWith('#') || l.TrimStart('#') != $" {heading}").SkipWhile(l => !l.StartsWith('|')).TakeWhile(l => l.StartsWith('|'))
                .Skip(2).Select(l => Regex.Split(l.Trim('|', ' '), @"(?<!\\)\|").Select(cell => cell.Trim().Replace("\\|", "|")).ToArray()),
        ];
        return rows.Length > 0 ? rows : throw new InvalidOperationException($"README has no table below the heading '{heading}'");
    }

    /// <summary>The anchor that GitHub gives a heading.</summary>
    public static string Anchor(string heading) => Regex.Replace(heading.ToLowerInvariant(), "[^a-z0-9 _-]", "").Replace(' ', '-');

    private static IEnumerable<CodeBlock> FindBlocks()
    {
        for (int i = 0; i < Lines.Count; i++)
        {
            if (!Lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            int end = i + 1;
            while (Lines[end] != "```")
            {
                end++;
            }

            yield return new(Lines[i][3..], i + 1, [.. Lines.Skip(i + 1).Take(end - i - 1)], CommentBefore(i));
            i = end;
        }
    }

    /// <summary>What the HTML comment that ends just above a line says; null where there is none.</summary>
    private static string? CommentBefore(int line)
    {
        if (line == 0 || !Lines[line - 1].EndsWith("-->", StringComparison.Ordinal))
        {
            return null;
        }

        int first = line - 1;
        while (!Lines[first].StartsWith("<!--", StringComparison.Ordinal))
        {
            first--;
        }

        return string.Join('\n', Lines.Skip(first).Take(line - first))[4..^3].Trim();
    }

    private static string[] Read()
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream("README.md")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }
}
