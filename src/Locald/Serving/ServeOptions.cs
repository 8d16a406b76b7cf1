using System.Globalization;
using Locald.CommandLine;
using Locald.Proxy.Listening;
using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>How much is said of requests.</summary>
internal enum LogDetail
{
    Off,

    /// <summary>A line for each request.</summary>
    Requests,

    /// <summary>Also what became of connections.</summary>
    Debug,
}

/// <summary>What the command line of <c>serve</c> asks for.</summary>
internal sealed record ServeOptions
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);

    public required RouteTable Routes { get; init; }

    public required ListenPlan Listen { get; init; }

    /// <summary>How long to wait for every target to accept a connection; null for not at all.</summary>
    public TimeSpan? WaitFor { get; init; }

    /// <summary>Absolute path of the file that says that we are ready, or null.</summary>
    public string? ReadyFile { get; init; }

    public LogDetail Log { get; init; }

    /// <summary>Whether standard output and the log are JSON, an object on each line.</summary>
    public bool Json { get; init; }

    /// <exception cref="UserError">Exit code 2.</exception>
    /// <exception cref="RouteFormatException">A route cannot be read.</exception>
    /// <exception cref="ListenException">An address cannot be read.</exception>
    internal static ServeOptions Parse(Arguments arguments)
    {
        string folder = CurrentFolder();
        return new()
        {
            Routes = RouteTable.Create(arguments.Words.Select(w => Route.Parse(w, folder))),
            Listen = Plan(arguments.Values("--https"), arguments.Values("--http")),
            WaitFor = Patience(arguments),
            ReadyFile = arguments.Value("--ready-file") is { } file ? FullPath(file, folder) : null,
            Log = Choice(arguments, "--log", "off", "requests", "debug") switch { 1 => LogDetail.Requests, 2 => LogDetail.Debug, _ => LogDetail.Off },
            Json = Choice(arguments, "--log-format", "text", "json") == 1,
        };
    }

    private static ListenPlan Plan(IReadOnlyList<string> https, IReadOnlyList<string> http)
    {
        bool off = http.Contains("off");
        if (off && http.Count > 1)
        {
            throw new UserError("serve", "--http off leaves nothing for another --http to do", ExitCode.Usage, "locald serve --http off");
        }

        return new()
        {
            Https = [.. https.Select(ListenAddress.Parse)],
            Http = off ? [] : [.. http.Select(ListenAddress.Parse)],
            HttpOff = off,
        };
    }

    private static TimeSpan? Patience(Arguments arguments)
    {
        if (arguments.Value("--wait-timeout") is not { } text)
        {
            return arguments.Has("--wait") ? DefaultPatience : null;
        }

        // A day is long enough for any build.
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new UserError("serve", $"--wait-timeout takes 1 to 86400 seconds, not '{text}'", ExitCode.Usage, "locald serve --wait --wait-timeout 60");
    }

    /// <summary>The index of the option's value among those there are; 0 where it was not given.</summary>
    private static int Choice(Arguments arguments, string option, params string[] values)
    {
        if (arguments.Value(option) is not { } text)
        {
            return 0;
        }

        int index = Array.IndexOf(values, text);
        return index >= 0 ? index : throw new UserError("serve", $"{option} takes {string.Join(", ", values[..^1])} or {values[^1]}, not '{text}'",
            ExitCode.Usage, $"locald serve {option} {Nearest.To(text, values) ?? values[^1]}");
    }

    private static string FullPath(string file, string folder) => file.Length > 0
        ? Path.GetFullPath(file, folder)
        : throw new UserError("serve", "--ready-file needs a path", ExitCode.Usage, "locald serve --ready-file locald.ready");

    private static string CurrentFolder()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            throw new UserError("serve", "the current folder does not exist any more", ExitCode.Failed, "cd /");
        }
    }
}
