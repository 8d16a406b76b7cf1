namespace Locald.EndToEnd.Fixtures;

/// <summary>A Debian in a folder, made by mmdebstrap and kept for the next run.</summary>
public static class DebianFolder
{
    /// <param name="release">Debian's name of it.</param>
    /// <param name="packages">What it has beside the essential ones, parted by commas.</param>
    /// <returns>Its absolute path.</returns>
    public static async Task<string> MakeAsync(string release, string packages)
    {
        string root = Path.Combine(Assets.Cache("roots"), $"{release}-{packages.Replace(',', '+')}");
        if (Directory.Exists(root))
        {
            return root;
        }

        string script = $"rm -rf {root}.new; mmdebstrap --quiet --variant=essential --include={packages} {release} {root}.new && mv {root}.new {root}";
        await using ChildProcess make = ChildProcess.Start("sh", ["-c", script], Sandbox.Scrubbed);
        make.CloseInput();
        (await make.EndAsync(TimeSpan.FromMinutes(8))).ShouldExit(0);
        return root;
    }
}
