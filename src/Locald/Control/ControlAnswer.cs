namespace Locald.Control;

/// <summary>What a request gets.</summary>
/// <param name="Line">The reply, with its line end.</param>
/// <param name="Then">
/// What is done after the reply, on the same connection, also where the peer left before it: it limits its own waits, and may fail as
/// the peer may.
/// </param>
internal readonly record struct ControlAnswer(ReadOnlyMemory<byte> Line, Func<Stream, CancellationToken, Task>? Then = null)
{
    public static implicit operator ControlAnswer(ReadOnlyMemory<byte> line) => new(line);
}
