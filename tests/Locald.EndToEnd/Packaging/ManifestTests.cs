using System.Text.Json;
using System.Text.RegularExpressions;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Packaging;

/// <summary>What Homebrew, Scoop, winget and the installers are told of a release's archives: made here for stand-ins of all six.</summary>
public sealed partial class ManifestTests : IAsyncLifetime
{
    private static readonly string[] Rids = ["linux-arm64", "linux-x64", "osx-arm64", "osx-x64", "win-arm64", "win-x64"];

    private readonly Sandbox _sandbox = new();

    /// <summary>The sum of each archive, by its name.</summary>
    private readonly Dictionary<string, string> _sums = [];

    private string Folder => _sandbox.At("release");

    public async ValueTask InitializeAsync()
    {
        Release.Ask(_sandbox);
        _sandbox.Variables["GITHUB_REPOSITORY"] = "someone/locald";
        foreach (string rid in Rids)
        {
            string name = $"locald-{Release.Version}-{rid}.{(rid.StartsWith("win", StringComparison.Ordinal) ? "zip" : "tar.gz")}";
            _sums[name] = Release.Sum(_sandbox.Write($"release/{name}", $"stand-in for {rid}"));
        }

        string list = _sandbox.Write("sums", string.Concat(_sums.Select(s => $"{s.Key} {s.Value}\n")));
        (await _sandbox.ShellAsync($"cd {Release.Source} && src/Packaging/manifests.sh {list} {Folder}")).ShouldExit(0);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public void Homebrew_gets_each_archive_with_its_sum()
    {
        string formula = Read("locald.rb");
        (string Address, string Sum)[] pairs = [.. UrlAndSum().Matches(formula).Select(m => (m.Groups[1].Value, m.Groups[2].Value))];
        Assert.Equal(Expected("osx-arm64", "osx-x64", "linux-arm64", "linux-x64"), pairs);

        // Ruby's own parser is not asked: each block that is opened is closed.
        Assert.Equal(BlockStart().Count(formula), BlockEnd().Count(formula));
        Assert.Matches(@"(?s)on_macos do\s+on_arm do.*osx-arm64.*on_intel do.*osx-x64.*on_linux do\s+on_arm do.*linux-arm64.*on_intel do.*linux-x64", formula);
        Assert.StartsWith("class Locald < Formula\n", formula);
        Assert.Contains($"  version \"{Release.Version}\"\n", formula);
    }

    [Fact(Timeout = 60_000)]
    public void Scoop_gets_each_archive_with_its_sum()
    {
        using JsonDocument manifest = JsonDocument.Parse(Read("locald.json"));
        Assert.Equal(Release.Version, manifest.RootElement.GetProperty("version").GetString());
        JsonElement[] architectures = [.. new[] { "64bit", "arm64" }.Select(manifest.RootElement.GetProperty("architecture").GetProperty)];
        Assert.Equal(
            Expected("win-x64", "win-arm64"),
            architectures.Select(a => (a.GetProperty("url").GetString()!, a.GetProperty("hash").GetString()!)));
        Assert.Equal($"locald-{Release.Version}-win-x64", architectures[0].GetProperty("extract_dir").GetString());
    }

    [Fact(Timeout = 60_000)]
    public void Winget_gets_three_files_of_one_version()
    {
        string[] names = ["someone.locald.installer.yaml", "someone.locald.locale.en-US.yaml", "someone.locald.yaml"];
        Assert.Equal(names, Directory.GetFiles(Folder, "*.yaml").Select(Path.GetFileName).Order());
        Assert.All(names, name =>
        {
            string text = Read(name);
            Assert.Contains("\nPackageIdentifier: someone.locald\n", text);
            Assert.Contains($"\nPackageVersion: {Release.Version}\n", text);
            Assert.EndsWith("\nManifestVersion: 1.6.0\n", text);
        });
        string installer = Read(names[0]);
        Assert.Equal(
            Expected("win-x64", "win-arm64"),
            WingetInstaller().Matches(installer).Select(m => (m.Groups[1].Value, m.Groups[2].Value.ToLowerInvariant())));
        Assert.Contains($"  - RelativeFilePath: locald-{Release.Version}-win-x64\\locald.exe\n", installer);
    }

    [Fact(Timeout = 60_000)]
    public void The_formula_of_this_release_has_its_archive_s_sum()
    {
        string formula = File.ReadAllText(Release.At("locald.rb"));
        Assert.Contains($"/{Release.Name}.tar.gz\"\n      sha256 \"{Release.Sum(Release.Archive)}\"\n", formula);
        Assert.DoesNotContain("osx", formula);
        foreach (string script in new[] { "install.sh", "install.ps1" })
        {
            Assert.Contains($"{Release.Name}.tar.gz {Release.Sum(Release.Archive)}", File.ReadAllText(Release.At(script)));
            Assert.DoesNotMatch("@[A-Z]+@", File.ReadAllText(Release.At(script)));
        }
    }

    private IEnumerable<(string Address, string Sum)> Expected(params string[] rids) => rids.Select(rid =>
    {
        string name = _sums.Keys.Single(key => key.Contains($"-{rid}.", StringComparison.Ordinal));
        return ($"https://github.com/someone/locald/releases/download/v{Release.Version}/{name}", _sums[name]);
    });

    private string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    [GeneratedRegex("url \"(.*)\"\n *sha256 \"(.*)\"\n")]
    private static partial Regex UrlAndSum();

    [GeneratedRegex("InstallerUrl: (.*)\n *InstallerSha256: ([0-9A-F]{64})\n")]
    private static partial Regex WingetInstaller();

    [GeneratedRegex(@"(?m)^\s*(class .*|def .*|.* do)$")]
    private static partial Regex BlockStart();

    [GeneratedRegex(@"(?m)^\s*end$")]
    private static partial Regex BlockEnd();
}
