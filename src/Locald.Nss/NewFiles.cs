namespace Locald.Nss;

/// <summary>
/// What comes into being with a new database, so that it can be taken back: half a database would be in a browser's way. What was there
/// before stays, above all a key4.db without a cert9.db: it has the key to the passwords that a browser keeps.
/// </summary>
internal sealed class NewFiles(string folder)
{
    private readonly bool _hadFolder = Directory.Exists(folder);
    private readonly List<string> _files = Absent(folder, [.. Condition.Files, "pkcs11.txt"]);

    /// <summary>Whether nothing at all of a database was there.</summary>
    internal bool IsWholeDatabase { get; } = Absent(folder, Condition.Files).Count == Condition.Files.Length;

    /// <summary>Writes the files by which a browser finds a new database, each whole. The last one is what makes it look.</summary>
    internal Answer? Accompany((string Path, string Content)[] files)
    {
        try
        {
            foreach ((string path, string content) in files)
            {
                if (!IsAbsent(path))
                {
                    continue;
                }

                string draft = $"{path}.locald-new";
                _files.Add(draft);
                Disk.Write(draft, content);
                Disk.MoveOver(draft, path);
                _files.Add(path);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("folder", e.HResult) { Condition = Condition.Of(folder, toWrite: true) };
        }
    }

    internal void TakeBack()
    {
        try
        {
            _files.ForEach(File.Delete);
            if (!_hadFolder)
            {
                Disk.DeleteFolder(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The step that failed is what counts.
        }
    }

    private static List<string> Absent(string folder, string[] names)
    {
        List<string> absent = [];
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            if (IsAbsent(path))
            {
                absent.Add(path);
            }
        }

        return absent;
    }

    /// <summary>Whether nothing at all has this name; a link to nowhere is something.</summary>
    private static bool IsAbsent(string path) => !Path.Exists(path) && new FileInfo(path).LinkTarget is null;
}
