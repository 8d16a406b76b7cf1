namespace Locald.Certificates;

/// <summary>Why a name gets no certificate.</summary>
public enum NameFault
{
    None,

    Empty,

    /// <summary>More than 253 characters, or a label of more than 63.</summary>
    TooLong,

    /// <summary>An empty label: two dots in a row, or one at either end.</summary>
    EmptyLabel,

    /// <summary>A character that is not a letter, digit or hyphen, or a hyphen at a label's end (RFC 952, RFC 1123 §2.1).</summary>
    NotLdh,

    /// <summary>The root may not sign it, and this program does not serve it.</summary>
    NotLocal,

    /// <summary>An asterisk that is not a whole first label.</summary>
    PartialWildcard,

    /// <summary><c>*.localhost</c>: clients refuse a wildcard directly below a top-level name.</summary>
    TopLevelWildcard,
}
