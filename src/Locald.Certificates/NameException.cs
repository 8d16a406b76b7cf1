namespace Locald.Certificates;

/// <summary>A name for which no certificate is made.</summary>
public sealed class NameException(NameFault fault, string name) : Exception($"'{name}' {Explain(fault)}")
{
    public NameFault Fault { get; } = fault;

    public string Name { get; } = name;

    /// <summary>The reason as a sentence part that follows the name.</summary>
    public string Why { get; } = Explain(fault);

    private static string Explain(NameFault fault) => fault switch
    {
        NameFault.Empty => "is empty",
        NameFault.TooLong => $"is too long: at most {Limits.Name} characters, {Limits.Label} between two dots",
        NameFault.EmptyLabel => "has a dot too many",
        NameFault.NotLdh => "has a character that host names do not allow: letters, digits and inner hyphens only",
        NameFault.PartialWildcard => "has an asterisk that is not its whole first label",
        NameFault.TopLevelWildcard => "is refused by browsers, curl, Python and Node: a wildcard must have a name of its own below localhost",
        _ => "is neither localhost, nor a name under .localhost, nor a loopback address",
    };
}
