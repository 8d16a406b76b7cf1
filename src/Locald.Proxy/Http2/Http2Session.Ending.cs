using System.Net.Sockets;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;

namespace Locald.Proxy.Http2;

internal sealed partial class Http2Session
{
    /// <summary>No stream is open, and none will be.</summary>
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _goingAway;
    private bool _over;
    private bool _parted;
    private long _emptySince;

    /// <summary>Lets the requests under way finish, and takes no more (RFC 9113 §6.8).</summary>
    internal void GoAway()
    {
        lock (Gate)
        {
            if (_goingAway || _over)
            {
                return;
            }

            // Framed before the last stream can end, since nothing is sent after that.
            _goingAway = true;
            Frames.GoAway(_lastId, Http2ErrorCode.NoError);
            if (Open.Count == 0)
            {
                _emptied.TrySetResult();
            }

            foreach (Http2Stream tunnel in Open.Values.Where(s => s.IsTunnel))
            {
                // It has nothing to finish.
                ThreadPool.QueueUserWorkItem(static t => t.Abort(), tunnel, preferLocal: false);
            }
        }

        Frames.Flush();
    }

    /// <summary>Ends all streams with the connection, and waits for the exchanges to let go of them.</summary>
    private async Task EndStreamsAsync()
    {
        Http2Stream[] open;
        lock (Gate)
        {
            _over = true;
            open = [.. Open.Values];
            if (open.Length == 0)
            {
                _emptied.TrySetResult();
            }
        }

        foreach (Http2Stream stream in open)
        {
            stream.PeerReset(Http2ErrorCode.Cancel, null);
        }

        await _emptied.Task;
    }

    /// <summary>
    /// Ends our side of the connection in order: the last frames, the alert, our end. The client may still be reading, and speaks of what
    /// it reads: a reset would take the rest from it, so what it says is read, for a while, and comes to nothing.
    /// </summary>
    private async Task PartAsync(bool moreMayCome)
    {
        lock (Gate)
        {
            _parted = true;
            Connection.AwaitExchange(Wait.Linger, Limits.Linger);
        }

        await Frames.EndAsync();
        Connection.AwaitExchange(Wait.Linger, Limits.Linger);
        Connection.Transport.IsParting = true;
        try
        {
            await _stream.ShutdownAsync();
        }
        catch (Exception e) when (!PeerGone.Explains(e))
        {
            // The runtime asks OpenSSL for the peer's alert too, and takes for an error what it finds while the reader decrypts. Then there is
            // no alert: GOAWAY and our end have said it.
        }

        if (moreMayCome)
        {
            Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Ends the connection; what still comes is read away for a while.</summary>
    private async Task CloseAsync(bool moreMayCome)
    {
        if (!_parted)
        {
            await PartAsync(moreMayCome);
        }

        if (!moreMayCome)
        {
            return;
        }

        byte[] rest = new byte[4096];
        for (long drained = 0; drained < Limits.Drain;)
        {
            int read = await Connection.Transport.ReadAsync(rest);
            if (read == 0)
            {
                return;
            }

            drained += read;
        }
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            Connection.Transport.Socket.Shutdown(how);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // The client was faster.
        }
    }
}
