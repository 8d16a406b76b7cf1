namespace Locald.EndToEnd.Fixtures;

/// <summary>A folder of one test's own, gone with it.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("locald-e2e-").FullName;

    /// <summary>The absolute path of a name in it.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, and the folders it is in. Returns its absolute path.</summary>
    public string Write(string name, string text)
    {
        string path = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A browser's last child may still be writing its profile; the system's own cleaning of /tmp takes what is left.
        }
    }
}
