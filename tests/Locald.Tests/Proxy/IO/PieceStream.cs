namespace Locald.Tests.Proxy.IO;

/// <summary>Gives its bytes in pieces; each call of <paramref name="next"/> gives the next one's size at most.</summary>
internal sealed class PieceStream(byte[] bytes, Func<int> next) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, Math.Max(1, next()))], cancellationToken);
}
