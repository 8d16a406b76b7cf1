using System.Net;
using System.Text;

namespace Locald.Proxy.Routing;

/// <summary>A server that a request is forwarded to.</summary>
public sealed record UpstreamTarget : Target
{
    private readonly byte[] _path = [];
    private readonly byte[] _pathBeforeSlash = [];

    public UpstreamScheme Scheme { get; init; }

    /// <summary>Lower case, an IPv6 address without brackets; <c>localhost</c> for a bare port and for a Unix socket.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65535; 0 for a Unix socket.</summary>
    public int Port { get; init; }

    /// <summary>Absolute path of the socket, or null for TCP.</summary>
    public string? UnixPath { get; init; }

    /// <summary>
    /// The literal addresses to try, in order; empty where <see cref="Host"/> needs a resolver. Loopback means both families:
    /// a development server listens on one of them, and which one is its secret.
    /// </summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Whether the upstream is on this machine's loopback interface (or a Unix socket).</summary>
    public bool IsLoopback => UnixPath is not null || (Addresses.Count > 0 && Addresses.All(IPAddress.IsLoopback));

    /// <summary>What takes the matched prefix's place, or null where the request's path is forwarded as it came. Begins with a slash.</summary>
    public string? Path
    {
        get => _path.Length == 0 ? null : Encoding.ASCII.GetString(_path);
        init
        {
            _path = Encoding.ASCII.GetBytes(value ?? "");
            _pathBeforeSlash = _path is [.., (byte)'/'] ? _path[..^1] : _path;
        }
    }

    /// <summary>Whether there is a <see cref="Path"/>, asked with each request.</summary>
    internal bool HasPath => _path.Length > 0;

    /// <summary>
    /// What to send before <paramref name="rest"/>, the request's path after the matched prefix, where <see cref="Path"/> is not null:
    /// with <c>app/api=http://host/v1</c>, <c>/api/x</c> becomes <c>/v1/x</c> and <c>/api</c> becomes <c>/v1</c>.
    /// </summary>
    public ReadOnlySpan<byte> Lead(ReadOnlySpan<byte> rest) => rest.IsEmpty ? _path : _pathBeforeSlash;

    /// <summary>The parts of what is asked for upstream. The prefix that the route matched is kept, unless there is a <see cref="Path"/>.</summary>
    /// <param name="asked">Path and query, as the client asked.</param>
    /// <param name="path">The path alone; <c>*</c> for the server as a whole.</param>
    /// <param name="prefixLength">Bytes of the path that the route matched.</param>
    /// <param name="lead">What stands before the rest; empty where nothing was replaced.</param>
    /// <param name="rest">The path, or what follows the prefix.</param>
    /// <param name="query">With its question mark, or empty.</param>
    internal void Split(
        ReadOnlySpan<byte> asked, ReadOnlySpan<byte> path, int prefixLength, out ReadOnlySpan<byte> lead, out ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> query)
    {
        lead = [];
        rest = path;
        query = asked[path.Length..];
        if (HasPath)
        {
            rest = path.SequenceEqual("*"u8) ? [] : path[prefixLength..];
            lead = Lead(rest);
        }
    }

    public bool Equals(UpstreamTarget? other) =>
        other is not null && Scheme == other.Scheme && Host == other.Host && Port == other.Port && UnixPath == other.UnixPath && Path == other.Path;

    public override int GetHashCode() => HashCode.Combine(Scheme, Host, Port, UnixPath, Path);

    /// <summary>As short as it can be typed: <c>localhost:3000</c>, <c>https://[::1]:3000/v1</c>, <c>unix:/run/app.sock</c>.</summary>
    public override string ToString()
    {
        if (UnixPath is not null)
        {
            return $"unix:{UnixPath}";
        }

        string authority = Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
        string scheme = Scheme switch
        {
            UpstreamScheme.Https => "https://",
            UpstreamScheme.H2c => "h2c://",
            _ => Path is not null ? "http://" : "",
        };
        return scheme + authority + Path;
    }
}
