namespace Locald.Running;

/// <summary>The working tree of a git repository that a folder lies in.</summary>
/// <param name="Root">Its topmost folder, absolute.</param>
/// <param name="Branch">
/// In a linked working tree (git-worktree(1)) the branch that tells it from the others, or the working tree's own name where no
/// branch is checked out; null in the main one, and where the branch is the repository's main one.
/// </param>
internal sealed record GitCheckout(string Root, string? Branch)
{
    private const string Reference = "ref: refs/heads/";

    /// <summary>Looks from a folder upwards, without git itself: it may not be installed, and would cost some milliseconds.</summary>
    /// <returns>Null where the folder lies in no repository.</returns>
    internal static GitCheckout? Around(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            string git = Path.Combine(at, ".git");
            if (Directory.Exists(git))
            {
                return new(at, null);
            }

            if (File.Exists(git))
            {
                return new(at, Linked(at, git));
            }
        }

        return null;
    }

    /// <summary>A file named <c>.git</c> says where the repository is (gitrepository-layout(5)); a submodule has one too, elsewhere.</summary>
    private static string? Linked(string root, string file)
    {
        const string Mark = "gitdir: ";
        if (ProjectFile.Lines(file) is not [{ } line, ..] || !line.StartsWith(Mark, StringComparison.Ordinal) || line.Contains('\0'))
        {
            return null;
        }

        string folder = Path.GetFullPath(line[Mark.Length..].Trim(), root);
        if (Path.GetFileName(Path.GetDirectoryName(folder)) != "worktrees")
        {
            return null;
        }

        string head = ProjectFile.Lines(Path.Combine(folder, "HEAD")).FirstOrDefault("");
        string branch = head.StartsWith(Reference, StringComparison.Ordinal) ? head[Reference.Length..].Trim() : Path.GetFileName(folder);
        return branch is "main" or "master" ? null : branch;
    }
}
