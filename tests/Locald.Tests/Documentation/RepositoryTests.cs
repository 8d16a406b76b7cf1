using System.Text.RegularExpressions;

namespace Locald.Documentation;

/// <summary>What the documents say of the repository is so: files are where they say, and packages are those that build.sh installs.</summary>
public sealed class RepositoryTests
{
    private static readonly string Root = Find();

    public static TheoryData<string> Documents => ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_link_leads_to_a_file_and_to_a_heading_in_it(string document)
    {
        foreach (Match link in Regex.Matches(Text(document), @"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)"))
        {
            string file = link.Groups[1].Value.Length == 0 ? document : link.Groups[1].Value;
            Assert.True(File.Exists(Path.Combine(Root, file)), $"{document}: {link.Value} leads to no file");
            if (link.Groups[2].Success)
            {
                IEnumerable<string> anchors = Regex.Matches(Text(file), "(?m)^#+ (.*)$").Select(h => ReadmePage.Anchor(h.Groups[1].Value.Trim()));
                Assert.True(anchors.Contains(link.Groups[2].Value), $"{document}: {link.Value} leads to no heading");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_path_of_the_repository_is_there(string document)
    {
        foreach (Match path in Regex.Matches(Text(document), @"(?<![\w/.~-])(?:src|tests|\.github)/[\w./-]*\w"))
        {
            string full = Path.Combine(Root, path.Value);
            Assert.True(File.Exists(full) || Directory.Exists(full), $"{document} names {path.Value}, which is not there");
        }
    }

    [Fact]
    public void Every_package_that_the_build_installs_is_named()
    {
        string script = Text("build.sh");
        string table = string.Join('\n', ReadmePage.Rows("Building from source").SelectMany(row => row));
        IEnumerable<string> packages = Regex.Matches(script, @"(?m)^(?:build|test|bench|package)_(commands|packages)=\(([^)]*)\)")
            .SelectMany(list => list.Groups[2].Value.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)).Select(item => item.Split(':')[^1]).Distinct();
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Matches($@"(?<![\w-]){Regex.Escape(package)}(?![\w-])", table));
    }

    [Fact]
    public void The_file_is_as_large_as_its_budget_allows()
    {
        int budget = int.Parse(Regex.Match(Text("build.sh"), @"(?m)^size_budget=(\d+)$").Groups[1].Value);
        Assert.Contains($"one static file of {budget / 1_000_000} MB", Text("README.md"));
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Locald.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests run outside of the repository");
    }
}
