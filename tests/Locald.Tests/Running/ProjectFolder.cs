namespace Locald.Tests.Running;

/// <summary>A folder with the files of a project, gone with its test.</summary>
internal sealed class ProjectFolder : IDisposable
{
    internal ProjectFolder() => Path = Directory.CreateTempSubdirectory("locald-project-").FullName;

    internal string Path { get; }

    /// <summary>Writes a file, and the folders it is in. Returns the absolute path of its folder.</summary>
    internal string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        string folder = System.IO.Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        File.WriteAllText(path, text);
        return folder;
    }

    /// <summary>Makes a folder. Returns its absolute path.</summary>
    internal string Make(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
