using System.Text.RegularExpressions;

namespace Locald.Tests.Repository;

/// <summary>What the workflows may do, and that what they call is there. A wrong line in one would only show after a push.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string s_root = Root();

    public static TheoryData<string> Workflows => [.. Files(".github/workflows")];

    /// <summary>The workflows, and the actions of this repository.</summary>
    public static TheoryData<string> Definitions => [.. Files(".github/workflows"), .. Files(".github/actions")];

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Every_action_from_elsewhere_is_named_by_its_commit_and_says_its_version(string file) =>
        Assert.All(Uses().Matches(Read(file)), use =>
        {
            if (use.Groups[1].Value.StartsWith("./", StringComparison.Ordinal))
            {
                Assert.True(File.Exists(Path.Combine(s_root, use.Groups[1].Value, "action.yml")), use.Value);
                return;
            }

            Assert.Matches(@"^[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}$", use.Groups[1].Value);
            Assert.Matches(@"^ # v\d+\.\d+\.\d+$", use.Groups[2].Value);
        });

    [Fact]
    public void An_action_has_one_version_everywhere()
    {
        IEnumerable<string> uses = Definitions.Select(f => f.Data).SelectMany(f => Uses().Matches(Read(f)).Select(m => $"{m.Groups[1]}{m.Groups[2]}")).Distinct();
        Assert.All(uses.GroupBy(u => u.Split('@')[0]), action => Assert.Single(action));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_may_read_and_no_more_unless_a_job_says_so(string file) => Assert.Matches(@"(?m)^permissions:\n  contents: read\n\n", Read(file));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_job_has_a_limit_of_time(string file)
    {
        string jobs = Read(file).Split("\njobs:\n")[1];
        MatchCollection names = JobNames().Matches(jobs);
        Assert.NotEmpty(names);
        Assert.Equal(names.Count, Regex.Count(jobs, @"(?m)^    timeout-minutes: \d+$"));
    }

    [Theory]
    [MemberData(nameof(Definitions))]
    public void A_checkout_keeps_no_credentials(string file) =>
        Assert.Equal(Regex.Count(Read(file), "uses: actions/checkout@"), Regex.Count(Read(file), @"(?m)^ {10}persist-credentials: false$"));

    /// <summary>It would become a part of the script: https://docs.github.com/actions/concepts/security/script-injections.</summary>
    [Theory]
    [MemberData(nameof(Definitions))]
    public void No_expression_stands_in_a_script(string file) => Assert.DoesNotContain("${{", string.Concat(Scripts().Matches(Read(file))));

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Every_verb_that_is_called_is_one_of_the_build(string file) =>
        Assert.All(Verbs().Matches(Read(file)), call => Assert.Matches($@"(?m)^  {call.Groups[2]}( |$)", Read($"build.{call.Groups[1]}")));

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Every_file_that_is_named_is_there(string file) =>
        Assert.All(Paths().Matches(Read(file)), path => Assert.True(Path.Exists(Path.Combine(s_root, path.Value)), path.Value));

    [GeneratedRegex(@"(?m)^ *(?:- )?uses: *(\S+)(.*)$")]
    private static partial Regex Uses();

    [GeneratedRegex(@"(?m)^  [a-z][a-z-]*:$")]
    private static partial Regex JobNames();

    /// <summary>What follows run, on its line or indented below it.</summary>
    [GeneratedRegex(@"(?m)^( *)(?:- )?run: *(?:[^|>\n].*|[|>]-?\n(?:\1 +.*\n|\n)*)")]
    private static partial Regex Scripts();

    [GeneratedRegex(@"\./build\.(sh|ps1) ([a-z]+)")]
    private static partial Regex Verbs();

    [GeneratedRegex(@"(?<![\w.])(?:tests|src|\.ci|\.github)/[\w./-]*\w")]
    private static partial Regex Paths();

    private static string Read(string file) => File.ReadAllText(Path.Combine(s_root, file)).ReplaceLineEndings("\n");

    private static IEnumerable<string> Files(string folder) => !Directory.Exists(Path.Combine(s_root, folder)) ? []
        : Directory.EnumerateFiles(Path.Combine(s_root, folder), "*.yml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(s_root, f)).Order(StringComparer.Ordinal);

    /// <summary>The folder that this was built in.</summary>
    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Locald.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests do not lie in the repository's artifacts");
    }
}
