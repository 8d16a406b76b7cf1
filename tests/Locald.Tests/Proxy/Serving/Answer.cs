namespace Locald.Tests.Proxy.Serving;

/// <summary>A response as it came over the wire, one character per byte.</summary>
internal sealed record Answer
{
    public int Status { get; init; }

    /// <summary>Status line and fields, with the empty line.</summary>
    public string Head { get; init; } = "";

    /// <summary>Without framing.</summary>
    public string Body { get; init; } = "";

    public int Chunks { get; init; }

    public string Trailers { get; init; } = "";

    /// <summary>Whether a chunked body had its last chunk.</summary>
    public bool Whole { get; init; } = true;

    /// <summary>The field's only value, or null.</summary>
    public string? Field(string name) => Fields.Of(Head, name).SingleOrDefault();
}
