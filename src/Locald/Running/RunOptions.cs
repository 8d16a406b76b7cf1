using Locald.CommandLine;
using Locald.Configuration;
using Locald.Proxy.Listening;
using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Running;

/// <summary>What the command line of <c>run</c> asks for, and the project's file beside it.</summary>
internal sealed record RunOptions : IDisposable
{
    /// <summary>The program and its arguments, at least one word.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public required RouteName Name { get; init; }

    /// <summary>The port that the file gives the app; null for one that is free.</summary>
    public int? FixedPort { get; init; }

    /// <summary>Keeps the port from other runs; null where it is fixed.</summary>
    public PortClaim? Claim { get; init; }

    /// <summary>The port that the app is told to listen on.</summary>
    public int Port => Claim?.Port ?? FixedPort!.Value;

    /// <summary>A variable that is told the port beside <c>PORT</c>, or null.</summary>
    public string? PortVariable { get; init; }

    /// <summary>A path that must answer before the app counts as ready; null where it is enough that it listens.</summary>
    public string? WaitPath { get; init; }

    /// <summary>Where to listen, if no instance is running.</summary>
    public required ListenPlan Listen { get; init; }

    /// <summary>Whether the command line says where to listen.</summary>
    public bool ListenIsGiven { get; init; }

    /// <summary>The project's file; null where there is none.</summary>
    public ProjectConfig? Config { get; init; }

    /// <summary>The file's routes, which are served beside the app.</summary>
    public IReadOnlyList<Route> Others => Config is null ? [] : OthersOf(Config);

    /// <summary>Whether the name is taken from another process.</summary>
    public bool Force { get; init; }

    /// <summary>Whether root and instance are made for this run alone.</summary>
    public bool Ephemeral { get; init; }

    /// <param name="arguments">Checked against the options of <c>run</c>.</param>
    /// <param name="folder">Absolute; where the command runs.</param>
    /// <exception cref="UserError">Exit code 2, or no port is free.</exception>
    /// <exception cref="ListenException">An address cannot be read.</exception>
    internal static RunOptions Parse(Arguments arguments, string folder)
    {
        ProjectConfig? config = ServeOptions.LoadConfig(arguments.Value("--config"), folder);
        IReadOnlyList<string> command = arguments.Words is [] ? config?.Command ?? [] : arguments.Words;
        if (command is [] or ["", ..])
        {
            throw new UserError("run", "a command is missing", ExitCode.Usage, "locald run -- npm run dev");
        }

        RouteName name = RunName.Choose(arguments.Value("--name") ?? config?.Name?.Host.Replace(".localhost", "", StringComparison.Ordinal), folder);
        return new()
        {
            Command = command,
            Name = name,
            FixedPort = config?.AppPort,
            Claim = config?.AppPort is null ? PortClaim.For(name.Host) : null,
            PortVariable = arguments.Value("--port-env"),
            WaitPath = WaitFor(arguments),
            Listen = ServeOptions.Plan(arguments.Values("--https"), arguments.Values("--http"), config?.Listen ?? new()),
            ListenIsGiven = arguments.Has("--https") || arguments.Has("--http"),
            Config = config,
            Force = arguments.Has("--force"),
            Ephemeral = arguments.Has("--ephemeral"),
        };
    }

    public void Dispose() => Claim?.Dispose();

    /// <summary>The routes of a state of the file: all but the app's own.</summary>
    internal IReadOnlyList<Route> OthersOf(ProjectConfig config) => [.. config.Routes.Where(r => r.Name != Name)];

    private static string? WaitFor(Arguments arguments) => arguments.Value("--wait-url") switch
    {
        null => null,
        ['/', ..] path when path.All(c => c is > ' ' and <= '~') => path,
        { } other => throw new UserError("run", $"--wait-url takes a path, not '{other}'", ExitCode.Usage, $"{arguments.Retry.With("--wait-url", "/")}"),
    };
}
