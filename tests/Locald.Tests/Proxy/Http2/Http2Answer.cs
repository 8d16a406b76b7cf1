using Locald.Proxy.Http2;

namespace Locald.Tests.Proxy.Http2;

/// <summary>What came on one stream, until it ended or was reset.</summary>
internal sealed class Http2Answer
{
    /// <summary>Of the final response; 0 where none came.</summary>
    public int Status { get; set; }

    public List<int> Interim { get; } = [];

    public string[] Lines { get; set; } = [];

    public string[] Trailers { get; set; } = [];

    public string Body { get; set; } = "";

    /// <summary>Whether END_STREAM came.</summary>
    public bool Whole { get; set; }

    /// <summary>The RST_STREAM that came; null where none did.</summary>
    public Http2ErrorCode? Reset { get; set; }

    /// <summary>The field's only value, or null.</summary>
    public string? Field(string name) => Lines.Where(l => l.StartsWith(name + ": ", StringComparison.Ordinal)).Select(l => l[(name.Length + 2)..]).SingleOrDefault();
}
