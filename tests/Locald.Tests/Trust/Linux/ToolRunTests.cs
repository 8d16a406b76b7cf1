using System.Runtime.Versioning;
using Locald.Trust;
using Locald.Trust.Linux;

namespace Locald.Tests.Trust.Linux;

[SupportedOSPlatform("linux")]
public sealed class ToolRunTests
{
    [Fact(Timeout = 60_000)]
    public async Task Of_a_tool_that_says_too_much_the_end_is_kept()
    {
        ToolRun run = await RunAsync("head -c 8000000 /dev/zero | tr '\\0' x; echo; echo the last line; head -c 8000000 /dev/zero | tr '\\0' y >&2; echo >&2; echo the complaint >&2; exit 3",
            TestContext.Current.CancellationToken);
        Assert.Equal((ToolEnd.Exited, 3, "the complaint"), (run.End, run.ExitCode, run.LastLine));
        Assert.Contains("\nthe last line\n", run.Output);
        Assert.InRange(run.Output.Length, OutputTail.Kept, (2 * OutputTail.Kept) + 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_tool_said_is_kept_although_a_child_of_it_holds_its_pipes()
    {
        ToolRun run = await RunAsync("sleep 20 & echo $!; echo said; exit 0", TestContext.Current.CancellationToken);
        using System.Diagnostics.Process child = System.Diagnostics.Process.GetProcessById(int.Parse(run.Output.Split('\n')[0], null));
        child.Kill();
        Assert.Equal((ToolEnd.Exited, "said"), (run.End, run.LastLine));
    }

    private static Task<ToolRun> RunAsync(string script, CancellationToken cancellation) =>
        Task.Run(() => ToolRun.Of(LinuxMachine.Running(), new("/bin/sh", "-c", script)), cancellation);
}
