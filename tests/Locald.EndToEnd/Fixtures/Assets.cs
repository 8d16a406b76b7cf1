namespace Locald.EndToEnd.Fixtures;

/// <summary>The small programs that tests run, and a place for what is slow to make and the same each time.</summary>
public static class Assets
{
    /// <summary>A folder under artifacts/ that outlives a run: package installs, compilers' caches, distributions' roots.</summary>
    public static string Cache(string name)
    {
        // bin/PROJECT/CONFIGURATION is where this assembly lies in artifacts/.
        string path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../test-cache", name));
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>The absolute path of a script of tests/systems.</summary>
    public static string SystemScript(string name) => Path.Combine(AppContext.BaseDirectory, "systems", name);

    /// <summary>The absolute path of a file in assets/.</summary>
    public static string At(string name) => Path.Combine(AppContext.BaseDirectory, "assets", name);
}
