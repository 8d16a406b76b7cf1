namespace Locald.Proxy;

/// <summary>
/// An answer that locald gives itself. Content-Length, Connection and Date are the writer's, as is leaving out the body for HEAD and 304.
/// </summary>
public sealed class LocalResponse(int status) : IDisposable
{
    public int Status { get; } = status;

    /// <summary>What it is in one word, for programs and the log, where it is one of our pages; null for a file or a redirect.</summary>
    public string? Kind { get; init; }

    /// <summary>In the order in which they are sent; no value holds a control character.</summary>
    public List<(string Name, string Value)> Fields { get; } = [];

    /// <summary>The whole body, unless <see cref="File"/> is set.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as a part of an open file, or null.</summary>
    public FileBody? File { get; init; }

    /// <summary>
    /// The body as it comes about, for as long as that lasts, or null. Each piece is sent at once and must not change afterwards. The
    /// enumeration is told to stop when the client leaves. It is disposed of with the response, where it can be.
    /// </summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>>? Pieces { get; init; }

    /// <summary>Bytes of the body; -1 where nobody knows.</summary>
    public long Length => Pieces is not null ? -1 : File?.Length ?? Body.Length;

    /// <summary>Closes what the body comes from.</summary>
    public void Dispose()
    {
        File?.Handle.Dispose();
        (Pieces as IDisposable)?.Dispose();
    }
}
