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
    /// Sends what is left of the answers, and lets the client close. Until it does, what it says is read, and comes to nothing: it speaks of
    /// what it reads, and a reset would take the rest from it. After a while the reader sees an end all the same.
    /// </summary>
    private async Task PartAsync()
    {
        lock (Gate)
        {
            _parted = true;
            Connection.AwaitExchange(Wait.Linger, Limits.Linger);
        }

        await Frames.EndAsync();
        Connection.ExchangeEnded();
        if (Connection.Server.Now - _emptySince > Limits.Linger)
        {
            // The client has had its answers for long, and may not look here before its next request.
            Shutdown(SocketShutdown.Receive);
        }
        else
        {
            Connection.AwaitClient(Wait.Idle, Limits.Linger);
        }
    }

    /// <summary>
    /// Ends the connection in order: the last frames, the alert, our end; what still comes is read away for a while. Nobody reads frames any
    /// more: the alert is made by OpenSSL, which must not decrypt meanwhile.
    /// </summary>
    private async Task CloseAsync(bool moreMayCome)
    {
        Connection.AwaitExchange(Wait.Linger, Limits.Linger);
        await Frames.EndAsync();
        Connection.Transport.IsParting = true;
        await _stream.ShutdownAsync();
        if (!moreMayCome)
        {
            return;
        }

        // A reset would take the GOAWAY from the client.
        Shutdown(SocketShutdown.Send);
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
