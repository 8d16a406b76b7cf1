namespace Locald.Service;

/// <summary>A file that the system's service manager reads.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Text">All of it, with <see cref="ServicePlan.Mark"/> in it.</param>
internal sealed record ServiceFile(string Path, string Text);

/// <summary>What makes a service of locald, as data: the files, and the commands of the system's own manager.</summary>
internal sealed record ServicePlan
{
    /// <summary>Stands in every file that is ours; one without it is never replaced or removed.</summary>
    internal const string Mark = "Made by 'locald service install'; 'locald service uninstall' takes it away.";

    /// <summary>As <c>systemd</c>, <c>systemd-user</c>, <c>launchd</c> or <c>task</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the files and commands are root's.</summary>
    public bool NeedsRoot { get; init; }

    public required IReadOnlyList<ServiceFile> Files { get; init; }

    /// <summary>Before files that are there are replaced; what does not run is no failure.</summary>
    public IReadOnlyList<string[]> Withdraw { get; init; } = [];

    /// <summary>After the files were written: each must succeed.</summary>
    public required IReadOnlyList<string[]> Start { get; init; }

    /// <summary>Before the files are removed; what does not run is no failure.</summary>
    public required IReadOnlyList<string[]> Stop { get; init; }

    /// <summary>After the files were removed.</summary>
    public IReadOnlyList<string[]> Forget { get; init; } = [];

    /// <summary>Succeeds while the service is there and runs.</summary>
    public required string[] IsActive { get; init; }

    /// <summary>What shows why it does not start.</summary>
    public required string Diagnosis { get; init; }

    /// <summary>Ports that the system opens for us, and that nobody else may hold.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];
}
