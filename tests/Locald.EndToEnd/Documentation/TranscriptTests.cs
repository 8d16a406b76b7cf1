using Locald.Documentation;

namespace Locald.EndToEnd.Documentation;

/// <summary>README's transcripts are what the published program prints, on a Debian 13 that has nothing of locald but its file.</summary>
public sealed class TranscriptTests(DeveloperRoot root, NewReadme page) : IClassFixture<DeveloperRoot>, IClassFixture<NewReadme>
{
    private const string Run = "run:";

    public static TheoryData<string> Machines => [.. Sessions.Select(session => session[0].Block.ToString())];

    /// <summary>The blocks of sh whose comment says <c>run:</c> and what comes first; they are run by root.</summary>
    public static TheoryData<string> Scripts =>
        [.. ReadmePage.Blocks.Where(b => b.Language == "sh" && b.Comment?.StartsWith(Run, StringComparison.Ordinal) is true).Select(b => b.ToString())];

    /// <summary>Each machine's transcripts; what is not replayed is in none.</summary>
    private static IEnumerable<List<Transcript>> Sessions
    {
        get
        {
            List<Transcript> session = [];
            foreach (Transcript transcript in Transcript.All.Where(t => t.NotReplayed is null))
            {
                if (!transcript.GoesOn && session.Count > 0)
                {
                    yield return session;
                    session = [];
                }

                session.Add(transcript);
            }

            yield return session;
        }
    }

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Machines))]
    public async Task A_transcript_is_what_the_program_prints(string first)
    {
        await using Laptop laptop = Laptop.Start(await root.PathAsync());
        List<string> faults = [];
        foreach (Transcript transcript in Sessions.Single(s => s[0].Block.ToString() == first))
        {
            (int code, string said) = transcript.Setup.Length == 0 ? (0, "") : await laptop.TypeAsync($"( set -e\n{transcript.Setup}\n)");
            Assert.True(code == 0, $"{transcript.Block}: its preparation ended with {code}\n{said}");
            List<Transcript.Typed> seen = [];
            foreach (Transcript.Typed typed in transcript.Exchanges)
            {
                seen.Add(typed with { Answer = Trimmed(await AnswerAsync(laptop, typed)) });
            }

            string written = Transcript.Write(seen);
            if (!Same(written, Transcript.Write(transcript.Exchanges)))
            {
                faults.Add($"{transcript.Block} is not what was printed:\n\n{written}\n");
                page.Replace(transcript.Block, written);
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults) + $"\nREADME with these blocks is in {NewReadme.Path}");
    }

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Scripts))]
    public async Task A_script_that_says_run_ends_well(string at)
    {
        CodeBlock script = ReadmePage.Blocks.Single(b => b.ToString() == at);
        await using Laptop laptop = Laptop.Start(await root.PathAsync());
        (int code, string said) = await laptop.TypeAsync($"( set -e\n{script.Comment![Run.Length..]}\n) && sudo sh <<'END'\n{string.Join('\n', script.Lines)}\nEND");
        Assert.True(code == 0, $"{script} ended with {code}\n{said}");
    }

    [Fact]
    public void Nearly_every_transcript_is_replayed() =>
        Assert.True(Transcript.All.Count(t => t.NotReplayed is not null) <= 2, "what is not replayed rots");

    private static async Task<string> AnswerAsync(Laptop laptop, Transcript.Typed typed) =>
        typed.InBackground
            ? await laptop.TypeInBackgroundAsync(typed.Command, printed => Same(Trimmed(printed), typed.Answer))
            : (await laptop.TypeAsync(typed.Command)).Answer;

    /// <summary>Without spaces at the ends of lines, which an editor takes away.</summary>
    private static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).Trim('\n');

    private static bool Same(string one, string other) => Unstable.Without(one) == Unstable.Without(other);
}
