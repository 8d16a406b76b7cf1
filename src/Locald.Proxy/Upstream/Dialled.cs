using Locald.Proxy.IO;

namespace Locald.Proxy.Upstream;

/// <summary>A connection that was just opened.</summary>
/// <param name="Transport">The socket.</param>
/// <param name="Stream">What is read and written: TLS where the target wants it, else the transport itself.</param>
/// <param name="IsHttp2">Which version is spoken.</param>
internal readonly record struct Dialled(SocketStream Transport, Stream Stream, bool IsHttp2);
