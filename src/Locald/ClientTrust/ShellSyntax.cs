namespace Locald.ClientTrust;

/// <summary>For whom a variable is written down.</summary>
internal enum ShellKind
{
    Sh,
    Fish,
    PowerShell,

    /// <summary>GitHub Actions' environment file: a line is <c>NAME=VALUE</c> and nothing is quoted.</summary>
    GitHub,
    DotEnv,
}

/// <summary>Writes a variable so that a shell reads back exactly its value.</summary>
internal static class ShellSyntax
{
    internal static readonly IReadOnlyDictionary<string, ShellKind> Names = new Dictionary<string, ShellKind>
    {
        ["sh"] = ShellKind.Sh,
        ["fish"] = ShellKind.Fish,
        ["powershell"] = ShellKind.PowerShell,
        ["github"] = ShellKind.GitHub,
        ["dotenv"] = ShellKind.DotEnv,
    };

    /// <returns>The line, or null where this format has no way to write the value.</returns>
    internal static string? Line(ShellKind shell, string name, string value) => shell switch
    {
        ShellKind.Sh => $"export {name}={(IsPlain(value) ? value : $"'{value.Replace("'", "'\\''")}'")}",
        ShellKind.Fish => $"set -gx {name} {(IsPlain(value) ? value : $"'{value.Replace("\\", "\\\\").Replace("'", "\\'")}'")}",
        ShellKind.PowerShell => $"$env:{name} = '{string.Concat(value.Select(c => IsPowerShellQuote(c) ? $"{c}{c}" : $"{c}"))}'",
        ShellKind.GitHub => value.AsSpan().ContainsAny('\r', '\n') ? null : $"{name}={value}",
        _ => DotEnv(value) is { } written ? $"{name}={written}" : null,
    };

    /// <summary>Its readers agree on plain values and on quotes around a value without escapes, and on little else.</summary>
    private static string? DotEnv(string value) =>
        IsPlain(value) ? value
        : value.AsSpan().ContainsAny('\r', '\n') ? null
        : !value.Contains('\'') ? $"'{value}'"
        : !value.AsSpan().ContainsAny('"', '\\', '$') ? $"\"{value}\""
        : null;

    private static bool IsPlain(string value) => value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:@,".Contains(c));

    /// <summary>PowerShell ends a single-quoted string at typographic quotes as well; doubled, each stands for itself.</summary>
    private static bool IsPowerShellQuote(char c) => c is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B';
}
