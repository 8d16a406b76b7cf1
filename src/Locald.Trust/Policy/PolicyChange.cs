using System.Text;
using Locald.Trust.Linux;

namespace Locald.Trust.Policy;

/// <summary>A file to write or to delete.</summary>
/// <param name="Path">As the system calls it.</param>
/// <param name="Content">Null to delete it.</param>
/// <param name="What">For a person, lower case.</param>
internal sealed record PolicyChange(string Path, byte[]? Content, string What)
{
    /// <summary>Whether the content is the root's certificate.</summary>
    public bool IsRoot { get; init; }

    /// <summary>Folders that go with a deleted file, the outermost first; one that somebody has put something into stays.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <param name="pemFile">Where a person finds the root.</param>
    public Step ToStep(string pemFile) => new(What, this switch
    {
        { IsRoot: true } => $"install -D -m 0644 {ShellWord.Quote(pemFile)} {ShellWord.Quote(Path)}",

        // In base64 it passes every shell, and sudo, as one word.
        { Content: { } content } => Shell($"umask 022; mkdir -p {ShellWord.Quote(System.IO.Path.GetDirectoryName(Path)!)} && echo {Convert.ToBase64String(content)} | base64 -d > {ShellWord.Quote(Path)}"),
        { Folders.Count: > 0 } => Shell($"rm -f {ShellWord.Quote(Path)} && rmdir {string.Join(' ', Folders.Reverse().Select(ShellWord.Quote))}"),
        _ => $"rm -f {ShellWord.Quote(Path)}",
    });

    /// <exception cref="IOException">The disk is full or read-only.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public void Apply(LinuxMachine machine)
    {
        if (Content is not null)
        {
            PublicFile.Write(machine.At(Path), Content);
            return;
        }

        File.Delete(machine.At(Path));
        foreach (string folder in Folders.Reverse().Select(machine.At))
        {
            if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).Any())
            {
                return;
            }

            Directory.Delete(folder);
        }
    }

    /// <summary>The folders on the way to a file that are not there yet, the outermost first.</summary>
    public static IReadOnlyList<string> MissingFolders(LinuxMachine machine, string path)
    {
        List<string> missing = [];
        for (string? folder = System.IO.Path.GetDirectoryName(path); folder is not null && !Directory.Exists(machine.At(folder)); folder = System.IO.Path.GetDirectoryName(folder))
        {
            missing.Insert(0, folder);
        }

        return missing;
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Shell(string script) => $"sh -c {ShellWord.Quote(script)}";
}
