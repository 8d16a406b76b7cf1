using System.Globalization;
using Locald.CommandLine;
using Locald.Configuration;
using Locald.Proxy.Listening;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>What the command line of <c>serve</c> asks for.</summary>
internal sealed record ServeOptions
{
    /// <summary>Seconds: a day is long enough for any build.</summary>
    internal const int LongestPatience = 86_400;

    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);

    /// <summary>What the project's file says beside the command line; null where there is none.</summary>
    public ProjectConfig? Config { get; init; }

    /// <summary>The routes of the command line.</summary>
    public required IReadOnlyList<Route> Words { get; init; }

    /// <summary>Every route: those of the command line, and those of the file that it does not name.</summary>
    public required RouteTable Routes { get; init; }

    public required ListenPlan Listen { get; init; }

    /// <summary>How long to wait for every target to accept a connection; null for not at all.</summary>
    public TimeSpan? WaitFor { get; init; }

    /// <summary>Absolute path of the file that says that we are ready, or null.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>How much is said of requests.</summary>
    public LogMode Log { get; init; }

    /// <summary>How standard output is written: the URLs, and the log.</summary>
    public LogFormat Format { get; init; }

    /// <param name="arguments">Checked against the options of <c>serve</c>.</param>
    /// <param name="folder">Absolute; what relative paths are relative to.</param>
    /// <exception cref="UserError">Exit code 2.</exception>
    /// <exception cref="RouteFormatException">A route cannot be read.</exception>
    /// <exception cref="ListenException">An address cannot be read.</exception>
    internal static ServeOptions Parse(Arguments arguments, string folder)
    {
        ProjectConfig? config = LoadConfig(arguments.Value("--config"), folder);
        Route[] words = [.. arguments.Words.Select(w => Route.Parse(w, folder))];
        return new()
        {
            Config = config,
            Words = words,
            Routes = Merge(words, config),
            Listen = Plan(arguments.Values("--https"), arguments.Values("--http"), config?.Listen ?? new()),
            WaitFor = Patience(arguments),
            ReadyFile = arguments.Value("--ready-file") is { } file ? FullPath("--ready-file", file, folder, "locald.ready") : null,
            Log = Choice(arguments, "--log", ("off", LogMode.Off), ("requests", LogMode.Requests), ("debug", LogMode.Debug)),
            Format = Choice(arguments, "--log-format", ("text", LogFormat.Text), ("json", LogFormat.Json)),
        };
    }

    /// <summary>What is typed comes first: the file's route of the same name and path is left out.</summary>
    /// <exception cref="RouteFormatException">Two words have one name and path.</exception>
    internal static RouteTable Merge(IReadOnlyList<Route> words, ProjectConfig? config) =>
        RouteTable.Create(words.Concat((config?.Routes ?? []).Where(r => !words.Any(w => w.Name == r.Name))));

    /// <param name="file">As it was typed: a path, or <c>off</c>; null for the project's own.</param>
    /// <param name="folder">Absolute.</param>
    internal static ProjectConfig? LoadConfig(string? file, string folder) => file switch
    {
        "off" => null,
        null => ConfigFile.Find(folder) is { } found ? ConfigFile.Load(found) : null,
        _ => ConfigFile.Load(FullPath("--config", file, folder, ConfigFile.Name)),
    };

    /// <summary>Where to listen: as the command line says, else as the file does.</summary>
    /// <exception cref="UserError">Exit code 2.</exception>
    /// <exception cref="ListenException">An address cannot be read.</exception>
    internal static ListenPlan Plan(IReadOnlyList<string> https, IReadOnlyList<string> http, ListenPlan otherwise)
    {
        bool off = http.Contains("off");
        if (off && http.Count > 1)
        {
            throw new UserError("serve", "--http off leaves nothing for another --http to do", ExitCode.Usage, "locald serve --http off");
        }

        return new()
        {
            Https = https.Count == 0 ? otherwise.Https : [.. https.Select(ListenAddress.Parse)],
            Http = off ? [] : http.Count == 0 ? otherwise.Http : [.. http.Select(ListenAddress.Parse)],
            HttpOff = off || (http.Count == 0 && otherwise.HttpOff),
        };
    }

    private static TimeSpan? Patience(Arguments arguments)
    {
        if (arguments.Value("--wait-timeout") is not { } text)
        {
            return arguments.Has("--wait") ? DefaultPatience : null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= LongestPatience
            ? TimeSpan.FromSeconds(seconds)
            : throw new UserError("serve", $"--wait-timeout takes 1 to {LongestPatience} seconds, not '{text}'", ExitCode.Usage, $"{arguments.Retry.With("--wait-timeout", "60")}");
    }

    /// <summary>What the option's word stands for; the first where it was not given.</summary>
    private static T Choice<T>(Arguments arguments, string option, params (string Word, T Meaning)[] choices)
    {
        if (arguments.Value(option) is not { } text)
        {
            return choices[0].Meaning;
        }

        int index = Array.FindIndex(choices, c => c.Word == text);
        if (index >= 0)
        {
            return choices[index].Meaning;
        }

        string[] words = [.. choices.Select(c => c.Word)];
        throw new UserError("serve", $"{option} takes {string.Join(", ", words[..^1])} or {words[^1]}, not '{text}'",
            ExitCode.Usage, $"{arguments.Retry.With(option, Nearest.To(text, words) ?? words[^1])}");
    }

    private static string FullPath(string option, string file, string folder, string example) => file.Length > 0
        ? Path.GetFullPath(file, folder)
        : throw new UserError("serve", $"{option} needs a path", ExitCode.Usage, $"locald serve {option} {example}");
}
