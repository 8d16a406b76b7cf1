using Locald.Proxy.Connections;
using Locald.Proxy.Http1;
using Locald.Proxy.IO;

namespace Locald.Proxy.Upstream;

/// <summary>
/// A request's body on its way to the upstream, beside the response. Once nobody wants it, it is read away within bounds, so that the
/// client sees the response instead of a reset (RFC 9112 §9.6).
/// </summary>
internal sealed class Upload
{
    private readonly ClientConnection _connection;
    private readonly BodyReader _body;
    private readonly UpstreamConnection? _upstream;
    private volatile bool _discarding;
    private long _drained;

    /// <summary>Starts at once.</summary>
    /// <param name="connection">Whose limits apply.</param>
    /// <param name="body">The request's body, begun.</param>
    /// <param name="upstream">Where it goes; null to read it away.</param>
    internal Upload(ClientConnection connection, BodyReader body, UpstreamConnection? upstream)
    {
        (_connection, _body, _upstream) = (connection, body, upstream);
        if (upstream is null)
        {
            Discard();
        }

        Task = RunAsync();
    }

    /// <summary>Whether the body was read to its end; false where it broke off or was too long to be read away.</summary>
    internal Task<bool> Task { get; }

    internal bool Ended => Task.IsCompleted;

    /// <summary>Whether the upstream got less than the whole body.</summary>
    internal bool Discarding => _discarding;

    /// <summary>Reads the rest away instead.</summary>
    internal void Discard()
    {
        _discarding = true;
        _connection.AwaitClient(Wait.Linger, Limits.Linger);
    }

    private async Task<bool> RunAsync()
    {
        try
        {
            while (true)
            {
                switch (_body.Next(out ReadOnlyMemory<byte> data))
                {
                    case BodyStep.Data:
                        await ForwardAsync(data);
                        _drained += _discarding ? data.Length : 0;
                        if (_drained > Limits.Drain)
                        {
                            return false;
                        }

                        break;
                    case BodyStep.NeedMore:
                        if (!await FillAsync())
                        {
                            _upstream?.Abort();
                            return false;
                        }

                        break;
                    case BodyStep.End:
                        _connection.AwaitClient(Wait.None, 0);
                        await EndAsync();
                        return true;
                    default:
                        _upstream?.Abort();
                        return false;
                }
            }
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            _upstream?.Abort();
            return false;
        }
    }

    private async ValueTask ForwardAsync(ReadOnlyMemory<byte> data)
    {
        if (!_discarding)
        {
            try
            {
                await _upstream!.RequestBody.WriteAsync(data);
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                // It may have answered before it closed; that answer is read elsewhere.
                _discarding = true;
            }
        }
    }

    private async ValueTask EndAsync()
    {
        if (!_discarding)
        {
            try
            {
                await _upstream!.RequestBody.EndAsync(_body);
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                _discarding = true;
            }
        }
    }

    private async ValueTask<bool> FillAsync()
    {
        if (!_discarding)
        {
            try
            {
                await _upstream!.Output.FlushAsync();
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                _discarding = true;
            }
        }

        if (!_discarding)
        {
            _connection.AwaitClient(Wait.Body, Limits.BodyWait);
        }

        return await _body.Input.FillAsync() > 0;
    }
}
