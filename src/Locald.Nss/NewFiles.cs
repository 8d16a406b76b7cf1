namespace Locald.Nss;

/// <summary>
/// What comes into being with a new database, so that it can be taken back: half a database would be in a browser's way. What was there
/// before stays, above all a key4.db without a cert9.db: it has the key to the passwords that a browser keeps.
/// </summary>
internal sealed class NewFiles(string folder)
{
    private readonly bool _hadFolder = Directory.Exists(folder);
    private readonly List<string> _files = [.. Condition.Files.Append("pkcs11.txt").Select(f => Path.Combine(folder, f)).Where(IsAbsent)];

    /// <returns>Null where the folder is there, else why it is not.</returns>
    internal Answer? MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("folder", e.HResult);
        }
    }

    /// <summary>Writes the files by which a browser finds a new database. The last one is what makes it look.</summary>
    internal Answer? Accompany(IEnumerable<(string Path, string Content)> files)
    {
        try
        {
            foreach ((string path, string content) in files.Where(f => IsAbsent(f.Path)))
            {
                _files.Add(path);
                File.WriteAllText(path, content);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("folder", e.HResult);
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
