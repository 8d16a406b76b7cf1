using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Packaging;

/// <summary>What somebody downloads, and what it says of itself.</summary>
public sealed partial class ArchiveTests
{
    [Fact(Timeout = 60_000)]
    public async Task It_holds_one_folder_with_the_program_and_its_papers()
    {
        await using Sandbox sandbox = new();
        ProcessResult list = (await sandbox.RunAsync("tar", ["-tvzf", Release.Archive, "--numeric-owner"])).ShouldExit(0);
        string[][] entries = [.. list.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.All(entries, entry => Assert.Equal("0/0", entry[1]));
        Assert.Equal(
            [
                "drwxr-xr-x ", "-rw-r--r-- CHANGELOG.md", "-rw-r--r-- LICENSE", "-rw-r--r-- README.md", "-rw-r--r-- THIRD-PARTY-NOTICES",
                "drwxr-xr-x completions/", "-rw-r--r-- completions/_locald", "-rw-r--r-- completions/locald.bash",
                "-rw-r--r-- completions/locald.fish", "-rw-r--r-- completions/locald.ps1", "-rwxr-xr-x locald",
                "-rw-r--r-- locald.spdx.json", "drwxr-xr-x man/", "-rw-r--r-- man/locald.1",
            ],
            entries.Select(entry => $"{entry[0]} {entry[^1][(Release.Name.Length + 1)..]}"));

        string folder = await UnpackAsync(sandbox, Release.Name);
        Assert.Equal(Release.Sum(LocaldBinary.Path), Release.Sum($"{folder}/locald"));
        Assert.Equal((await sandbox.LocaldAsync("completion", "zsh")).Out, File.ReadAllText($"{folder}/completions/_locald"));
        Assert.Equal((await sandbox.LocaldAsync("help", "--man")).Out, File.ReadAllText($"{folder}/man/locald.1"));

        // Its links lead to what is beside it, or out.
        IEnumerable<string> links = RelativeLink().Matches(File.ReadAllText($"{folder}/README.md")).Select(m => m.Groups[1].Value);
        Assert.All(links.Append("LICENSE"), link => Assert.True(File.Exists($"{folder}/{link}"), link));
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_file_of_the_release_has_its_sum()
    {
        await using Sandbox sandbox = new();
        string sums = await File.ReadAllTextAsync(Release.At("SHA256SUMS"), TestContext.Current.CancellationToken);
        Assert.Equal(
            Directory.GetFiles(Release.Folder).Select(Path.GetFileName).Where(name => name != "SHA256SUMS").Order(StringComparer.Ordinal),
            sums.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  ")[1]));
        (await sandbox.ShellAsync($"cd {Release.Folder} && sha256sum --strict -c SHA256SUMS")).ShouldExit(0);
    }

    /// <summary>The members that SPDX 2.3 requires: https://spdx.github.io/spdx-spec/v2.3/ chapters 6, 7, 8 and 11.</summary>
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Rids))]
    public async Task Its_bill_of_materials_is_SPDX_and_true(string rid)
    {
        await using Sandbox sandbox = new();
        string name = $"locald-{Release.Version}-{rid}";
        string folder = await UnpackAsync(sandbox, name);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync($"{folder}/locald.spdx.json", TestContext.Current.CancellationToken));
        JsonElement root = document.RootElement;
        Assert.Equal("SPDX-2.3", Text(root, "spdxVersion"));
        Assert.Equal("CC0-1.0", Text(root, "dataLicense"));
        Assert.Equal("SPDXRef-DOCUMENT", Text(root, "SPDXID"));
        Assert.Equal(name, Text(root, "name"));
        Uri space = new(Text(root, "documentNamespace"));
        Assert.Empty(space.Fragment);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", Text(root.GetProperty("creationInfo"), "created"));
        Assert.Matches("^Tool: .+-.+$", root.GetProperty("creationInfo").GetProperty("creators")[0].GetString());

        HashSet<string> ids = ["SPDXRef-DOCUMENT"];
        Dictionary<string, JsonElement> packages = [];
        foreach (JsonElement package in root.GetProperty("packages").EnumerateArray())
        {
            Assert.Matches("^SPDXRef-[A-Za-z0-9.-]+$", Text(package, "SPDXID"));
            Assert.True(ids.Add(Text(package, "SPDXID")));
            Assert.NotEmpty(Text(package, "downloadLocation"));
            Assert.NotEmpty(Text(package, "licenseConcluded"));
            Assert.NotEmpty(Text(package, "versionInfo"));
            Assert.Equal(package.GetProperty("filesAnalyzed").GetBoolean(), package.TryGetProperty("packageVerificationCode", out _));
            packages[Text(package, "name")] = package;
        }

        JsonElement file = Assert.Single(root.GetProperty("files").EnumerateArray());
        Assert.True(ids.Add(Text(file, "SPDXID")));
        Assert.Equal("./locald", Text(file, "fileName"));
        byte[] program = await File.ReadAllBytesAsync($"{folder}/locald", TestContext.Current.CancellationToken);
        string sha1 = Sha1(program);
        Assert.Equal(
            [("SHA1", sha1), ("SHA256", Convert.ToHexStringLower(SHA256.HashData(program)))],
            file.GetProperty("checksums").EnumerateArray().Select(c => (Text(c, "algorithm"), Text(c, "checksumValue"))));

        // The sum of the sums of all files, of which there is one (7.9).
        Assert.Equal(
            Sha1(Encoding.ASCII.GetBytes(sha1)),
            Text(packages["locald"].GetProperty("packageVerificationCode"), "packageVerificationCodeValue"));
        foreach (JsonElement relation in root.GetProperty("relationships").EnumerateArray())
        {
            Assert.Contains(Text(relation, "spdxElementId"), ids);
            Assert.Contains(Text(relation, "relatedSpdxElement"), ids);
            Assert.Contains(Text(relation, "relationshipType"), new[] { "DESCRIBES", "CONTAINS", "STATIC_LINK" });
        }

        Assert.Contains($"NativeAOT.{rid}@", packages[".NET runtime"].GetProperty("externalRefs")[0].GetProperty("referenceLocator").GetString());
        Assert.Equal([".NET runtime", "OpenSSL", "glibc", "libgcc", "locald", "zlib-ng"], packages.Keys.Where(key => key != "zstd").Order(StringComparer.Ordinal));

        // What the program says of itself; the one for another processor is of the same commit.
        using JsonDocument version = JsonDocument.Parse((await sandbox.LocaldAsync("version", "--json")).ShouldExit(0).Out);
        Assert.Equal(Text(version.RootElement, "version"), Text(packages["locald"], "versionInfo"));
        string commit = version.RootElement.TryGetProperty("commit", out _) ? Text(version.RootElement, "commit") : "unknown";
        Assert.Equal($"commit {commit}", Text(packages["locald"], "sourceInfo"));
        Assert.Equal(Text(version.RootElement, "runtime"), $".NET {Text(packages[".NET runtime"], "versionInfo")}");
        Assert.StartsWith($"{Text(version.RootElement, "openssl")}-", Text(packages["OpenSSL"], "versionInfo"));

        string notices = await File.ReadAllTextAsync($"{folder}/THIRD-PARTY-NOTICES", TestContext.Current.CancellationToken);
        Assert.All(packages.Where(p => p.Key != "locald"), package =>
            Assert.Contains($"  {package.Key,-14} {Text(package.Value, "versionInfo"),-24} {Text(package.Value, "licenseConcluded")}\n", notices));
        foreach (string text in new[] { "Apache License\n", "GNU LESSER GENERAL PUBLIC LICENSE", "GCC RUNTIME LIBRARY EXCEPTION", "License notice for zlib-ng", "The MIT License (MIT)" })
        {
            Assert.Contains(text, notices);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_release_made_again_has_the_same_bytes()
    {
        await using Sandbox sandbox = new();
        string again = sandbox.At("again");
        (await sandbox.ShellAsync($"mkdir {again} && cp {Release.Folder}/*.tar.gz {again}")).ShouldExit(0);

        // For the same repository, in another time zone, with another umask.
        Release.Ask(sandbox);
        sandbox.Variables["TZ"] = "Pacific/Chatham";
        (await sandbox.ShellAsync($"umask 077; cd {Release.Source} && src/Packaging/package.sh {again}", TimeSpan.FromMinutes(4))).ShouldExit(0);
        Assert.Equal(Sums(Release.Folder), Sums(again));
    }

    /// <summary>The processors that this release is for.</summary>
    public static TheoryData<string> Rids() =>
        [.. Directory.GetFiles(Release.Folder, "*.tar.gz").Select(path => Path.GetFileName(path)[$"locald-{Release.Version}-".Length..^".tar.gz".Length]).Order()];

    private static string[] Sums(string folder) =>
        [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(path => $"{Path.GetFileName(path)} {Release.Sum(path)}")];

    /// <summary>SPDX asks for it (8.4); nothing is trusted for it.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "the format's own sum")]
    private static string Sha1(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData(bytes));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static async Task<string> UnpackAsync(Sandbox sandbox, string name)
    {
        (await sandbox.RunAsync("tar", ["-xzf", Release.At($"{name}.tar.gz"), "-C", sandbox.Home])).ShouldExit(0);
        return Path.Combine(sandbox.Home, name);
    }

    [GeneratedRegex(@"\]\(([A-Za-z][^:)#]*)(?:#[^)]*)?\)")]
    private static partial Regex RelativeLink();
}
