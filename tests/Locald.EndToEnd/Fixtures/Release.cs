using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Locald.EndToEnd.Fixtures;

/// <summary>The release that these tests look at and install: this processor's archive, and what <c>src/Packaging/package.sh</c> made of it.</summary>
public static partial class Release
{
    /// <summary>Its folder, from <c>LOCALD_RELEASE</c>, which <c>build.sh test</c> sets.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The repository's root, where its scripts are started.</summary>
    public static string Source { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));

    /// <summary>As <c>linux-x64</c>.</summary>
    public static string Rid { get; } = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    /// <summary>This processor, as Debian names it.</summary>
    public static string DebianArchitecture { get; } = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";

    /// <summary>This processor, as RPM names it.</summary>
    public static string RpmArchitecture { get; } = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";

    /// <summary>As <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        VersionPrefix().Match(File.ReadAllText(Path.Combine(Source, "Directory.Build.props"))).Groups[1].Value;

    /// <summary>The archive's name without its ending, which is also that of the folder in it.</summary>
    public static string Name { get; } = $"locald-{Version}-{Rid}";

    /// <summary>The archive's absolute path.</summary>
    public static string Archive { get; } = At($"{Name}.tar.gz");

    /// <summary>The absolute path of a file of the release.</summary>
    public static string At(string name) => Path.Combine(Folder, name);

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Sum(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>Lets git answer in a sandbox, whoever's clone this is, and makes the release that of the same repository.</summary>
    public static void Ask(Sandbox sandbox)
    {
        sandbox.Variables["GIT_CONFIG_COUNT"] = "1";
        sandbox.Variables["GIT_CONFIG_KEY_0"] = "safe.directory";
        sandbox.Variables["GIT_CONFIG_VALUE_0"] = "*";
        if (Environment.GetEnvironmentVariable("GITHUB_REPOSITORY") is { } repository)
        {
            sandbox.Variables["GITHUB_REPOSITORY"] = repository;
        }
    }

    private static string Find()
    {
        string? folder = Environment.GetEnvironmentVariable("LOCALD_RELEASE");
        return folder is not null && Directory.Exists(folder)
            ? Path.GetFullPath(folder)
            : throw new InvalidOperationException($"LOCALD_RELEASE names no folder ({folder}): run ./build.sh test, or ./build.sh package and LOCALD_RELEASE=$PWD/artifacts/release");
    }

    [GeneratedRegex("<VersionPrefix>(.*)</VersionPrefix>")]
    private static partial Regex VersionPrefix();
}
