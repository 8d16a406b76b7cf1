using System.Collections;

namespace Locald.EndToEnd.Fixtures;

/// <summary>Packages from npm, installed as their user would, once for all runs.</summary>
public static class NpmPackages
{
    /// <summary>Installs what a package.json asks for. Returns the node_modules.</summary>
    /// <param name="name">Of the folder that it is kept in; another content has another name.</param>
    /// <param name="packageJson">The file's text.</param>
    public static async Task<string> InstallAsync(string name, string packageJson)
    {
        string folder = Assets.Cache(name);
        string installed = Path.Combine(folder, "installed");
        if (!File.Exists(installed))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), packageJson);

            // The registry, a mirror or a proxy is the machine's business: npm alone runs with its settings.
            Dictionary<string, string> variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .ToDictionary(v => (string)v.Key, v => (string)v.Value!);
            await using ChildProcess install = ChildProcess.Start("npm", ["install", "--no-audit", "--no-fund"], variables, folder);
            install.CloseInput();
            (await install.EndAsync(TimeSpan.FromMinutes(4))).ShouldExit(0);
            await File.WriteAllTextAsync(installed, "");
        }

        return Path.Combine(folder, "node_modules");
    }
}
