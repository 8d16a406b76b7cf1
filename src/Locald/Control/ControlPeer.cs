using System.Net.Sockets;
using System.Text.Json;

namespace Locald.Control;

/// <summary>One connection to the control socket: a request, its reply, and what follows that.</summary>
internal sealed class ControlPeer : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly CancellationTokenSource _cut;

    internal ControlPeer(Socket socket, CancellationToken stop)
    {
        _stream = new(socket, ownsSocket: true);
        _cut = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>Whether it has said what it wants.</summary>
    internal bool HasAsked { get; private set; }

    /// <summary>Gives it up: another one needs its place.</summary>
    internal void Cut() => _ = _cut.CancelAsync();

    /// <summary>Serves it to its end. Throws nothing that a peer can bring about.</summary>
    internal async Task ServeAsync(Func<ControlRequest, ControlAnswer> answer)
    {
        Func<Stream, CancellationToken, Task>? then = null;
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token);
            limit.CancelAfter(ControlMessage.Patience);
            (ReadOnlyMemory<byte> line, then) = await ReadAsync(answer, limit.Token);
            await _stream.WriteAsync(line, limit.Token);
        }
        catch (Exception error) when (IsGone(error))
        {
            // It went away, or was too slow: nobody is left to be told.
        }

        try
        {
            await (then?.Invoke(_stream, _cut.Token) ?? Task.CompletedTask);
        }
        catch (Exception error) when (IsGone(error))
        {
            // The same.
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _cut.Dispose();
    }

    private static bool IsGone(Exception error) => error is IOException or OperationCanceledException or ObjectDisposedException;

    private async Task<ControlAnswer> ReadAsync(Func<ControlRequest, ControlAnswer> answer, CancellationToken limit)
    {
        try
        {
            ReadOnlyMemory<byte>? line = await new LineReader(_stream, ControlMessage.LongestRequest).ReadAsync(limit);
            HasAsked = true;
            return answer(ControlRequest.Read(line.GetValueOrDefault().Span));
        }
        catch (InvalidDataException)
        {
            return ControlMessage.Refusal("the request is too long");
        }
        catch (JsonException error)
        {
            return ControlMessage.Refusal(error.Message);
        }
    }
}
