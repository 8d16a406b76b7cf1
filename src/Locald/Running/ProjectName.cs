namespace Locald.Running;

/// <summary>What a project calls itself.</summary>
internal static class ProjectName
{
    /// <summary>Looks at the files by which package managers know a project, from a folder up to its repository's root; without a repository in that folder alone.</summary>
    /// <returns>The name as it stands there, else the folder's own.</returns>
    internal static string Of(string folder, GitCheckout? checkout)
    {
        for (string? at = folder; at is not null; at = at == (checkout?.Root ?? folder) ? null : Path.GetDirectoryName(at))
        {
            if (In(at) is { } name)
            {
                return name;
            }
        }

        return Path.GetFileName(folder);
    }

    private static string? In(string folder) =>
        Unscoped(PackageJson.In(folder)?.Name)
        ?? DotnetProject(folder)
        ?? Toml(Path.Combine(folder, "Cargo.toml"), "package")
        ?? GoModule(Path.Combine(folder, "go.mod"))
        ?? Toml(Path.Combine(folder, "pyproject.toml"), "project");

    /// <summary>Without the <c>@scope/</c> of npm.</summary>
    private static string? Unscoped(string? name) =>
        name is ['@', ..] && name.IndexOf('/') is > 0 and int slash ? name[(slash + 1)..] : string.IsNullOrEmpty(name) ? null : name;

    private static string? DotnetProject(string folder)
    {
        try
        {
            string? project = Directory.EnumerateFiles(folder, "*.csproj").Order(StringComparer.Ordinal).FirstOrDefault();
            return project is null ? null : Path.GetFileNameWithoutExtension(project);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The <c>name</c> of a table, as both Cargo and Python write it: a plain string on one line.</summary>
    private static string? Toml(string path, string table)
    {
        bool inside = false;
        foreach (string line in ProjectFile.Lines(path).Select(l => l.Trim()))
        {
            if (line.StartsWith('['))
            {
                inside = line == $"[{table}]";
            }
            else if (inside && line.StartsWith("name", StringComparison.Ordinal) && line[4..].TrimStart() is ['=', .. var value])
            {
                string[] parts = value.Trim().Split(value.Contains('\'') ? '\'' : '"');
                return parts is ["", { Length: > 0 } name, ..] ? name : null;
            }
        }

        return null;
    }

    /// <summary>The last element of a module's path that is no major version (https://go.dev/ref/mod#module-path).</summary>
    private static string? GoModule(string path)
    {
        string? line = ProjectFile.Lines(path).Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith("module ", StringComparison.Ordinal));
        return line?["module ".Length..].Split("//")[0].Trim(' ', '"').Split('/').LastOrDefault(p => p.Length > 0 && !IsMajorVersion(p));
    }

    private static bool IsMajorVersion(string part) => part is ['v', .. { Length: > 0 } digits] && digits.All(char.IsAsciiDigit);
}
