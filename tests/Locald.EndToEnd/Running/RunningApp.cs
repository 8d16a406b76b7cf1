using System.Text.RegularExpressions;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Running;

/// <summary>A <c>locald run</c> whose app listens, ended with its test.</summary>
public sealed partial class RunningApp : IAsyncDisposable
{
    private RunningApp(ChildProcess process)
    {
        Process = process;
        Match line = UrlLine().Match(process.Error);
        (Url, Port) = (line.Groups[1].Value, int.Parse(line.Groups[2].Value));
    }

    public ChildProcess Process { get; }

    /// <summary>As it was printed, without a slash at the end.</summary>
    public string Url { get; }

    /// <summary>The port that the app listens on.</summary>
    public int Port { get; }

    /// <summary>Options that let it serve by itself, on a port of its own.</summary>
    public static string[] Alone() => ["--https", $"127.0.0.1:{RunningLocald.FreePort()}", "--http", "off"];

    /// <summary>Starts it and waits until it has printed the URL.</summary>
    /// <param name="sandbox">Where.</param>
    /// <param name="options">What stands before the command.</param>
    /// <param name="command">The command.</param>
    /// <param name="folder">The project's; the home folder otherwise.</param>
    public static async Task<RunningApp> StartAsync(Sandbox sandbox, string[] options, string[] command, string? folder = null)
    {
        ChildProcess process = sandbox.Start(LocaldBinary.Path, ["run", .. options, "--", .. command], folder);
        try
        {
            await process.UntilAsync(() => UrlLine().IsMatch(process.Error), "the URL of the app", TimeSpan.FromSeconds(90));
            return new(process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end by SIGTERM. Returns how it ended.</summary>
    public Task<ProcessResult> StopAsync()
    {
        Process.Signal(Posix.SigTerm);
        return Process.EndAsync(TimeSpan.FromSeconds(20));
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    [GeneratedRegex(@"^(https://\S+) -> localhost:(\d+)\n", RegexOptions.Multiline)]
    private static partial Regex UrlLine();
}
