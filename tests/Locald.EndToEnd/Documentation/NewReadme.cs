using Locald.Documentation;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Documentation;

/// <summary>README with the blocks that were seen to differ as they were printed, written where a person may compare and take it.</summary>
public sealed class NewReadme : IDisposable
{
    private readonly SortedDictionary<int, (int Count, string Text)> _blocks = [];

    /// <summary>Where it is written, if anything differs.</summary>
    public static string Path => System.IO.Path.Combine(Assets.Cache("../documentation"), "README.md");

    internal void Replace(CodeBlock block, string text) => _blocks[block.First] = (block.Lines.Count, text);

    public void Dispose()
    {
        if (_blocks.Count == 0)
        {
            return;
        }

        List<string> lines = [.. ReadmePage.Lines];
        foreach ((int first, (int count, string text)) in _blocks.Reverse())
        {
            lines.RemoveRange(first, count);
            lines.InsertRange(first, text.Split('\n'));
        }

        File.WriteAllText(Path, string.Join('\n', lines));
    }
}
