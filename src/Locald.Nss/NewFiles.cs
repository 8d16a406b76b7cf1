namespace Locald.Nss;

/// <summary>
/// What comes into being with a new database, so that it can be taken back: half a database would be in a browser's way. What was there
/// before stays, above all a key4.db without a cert9.db: it has the key to the passwords that a browser keeps.
/// </summary>
internal sealed class NewFiles(string folder)
{
    private readonly bool _hadFolder = Directory.Exists(folder);
    private readonly List<string> _files = [.. Condition.Files.Append("pkcs11.txt").Select(f => Path.Combine(folder, f)).Where(IsAbsent)];

    /// <summary>Whether nothing at all of a database was there.</summary>
    internal bool IsWholeDatabase => Array.TrueForAll(Condition.Files, f => _files.Contains(Path.Combine(folder, f)));

    /// <summary>Writes the files by which a browser finds a new database, each whole. The last one is what makes it look.</summary>
    internal Answer? Accompany(IEnumerable<(string Path, string Content)> files)
    {
        try
        {
            foreach ((string path, string content) in files.Where(f => IsAbsent(f.Path)))
            {
                string draft = $"{path}.locald-new";
                _files.Add(draft);
                File.WriteAllText(draft, content);
                File.Move(draft, path, overwrite: true);
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
                Directory.Delete(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The step that failed is what counts.
        }
    }

    /// <summary>Whether nothing at all has this name; a link to nowhere is something.</summary>
    private static bool IsAbsent(string path) => !Path.Exists(path) && new FileInfo(path).LinkTarget is null;
}
