namespace Locald;

/// <summary>Everything outside the program that a command touches, so that a test can hand it another.</summary>
public sealed record Session
{
    public required Terminal Terminal { get; init; }

    /// <summary>Reads an environment variable: null where it is unset or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    public required StateFolder State { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static Session ForProcess()
    {
        Func<string, string?> variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
        return new() { Terminal = Terminal.ForProcess(), Variable = variable, State = StateFolder.Find(variable) };
    }
}
