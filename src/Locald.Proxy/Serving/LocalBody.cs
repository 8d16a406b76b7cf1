using System.Buffers;
using Locald.Proxy.Connections;

namespace Locald.Proxy.Serving;

/// <summary>Sends the body of an answer of our own, whatever it comes from.</summary>
internal sealed class LocalBody(ClientSide client, ResponseWriter output)
{
    /// <summary>Bytes that were sent.</summary>
    internal long Sent { get; private set; }

    /// <exception cref="IOException">The client left, or the body broke off.</exception>
    internal async ValueTask SendAsync(LocalResponse response)
    {
        if (response.Pieces is { } pieces)
        {
            await SendAsync(pieces);
        }
        else if (response.File is { } file)
        {
            await SendAsync(file);
        }
        else
        {
            await output.WriteAsync(response.Body);
            Sent = response.Body.Length;
        }
    }

    private async ValueTask SendAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using ClientWatch watch = new();
        client.Attach(watch);
        try
        {
            // The head goes out before there is anything to say.
            await output.FlushAsync();
            await foreach (ReadOnlyMemory<byte> piece in pieces.WithCancellation(watch.Token))
            {
                client.AwaitExchange(Wait.Stall, Limits.BodyWait);
                await output.WriteAsync(piece);
                await output.FlushAsync();
                client.AwaitExchange(Wait.Stall, Limits.Stall);
                Sent += piece.Length;
            }
        }
        finally
        {
            client.Detach();
        }

        client.AwaitExchange(Wait.Stall, Limits.BodyWait);
    }

    private async ValueTask SendAsync(FileBody file)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Limits.LargeBuffer);
        try
        {
            while (Sent < file.Length)
            {
                int want = (int)Math.Min(buffer.Length, file.Length - Sent);
                int read = await RandomAccess.ReadAsync(file.Handle, buffer.AsMemory(0, want), file.Offset + Sent);
                if (read == 0)
                {
                    throw new IOException("the file shrank while it was sent");
                }

                await output.WriteAsync(buffer.AsMemory(0, read));
                await output.FlushAsync();
                client.AwaitExchange(Wait.Stall, Limits.BodyWait);
                Sent += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
