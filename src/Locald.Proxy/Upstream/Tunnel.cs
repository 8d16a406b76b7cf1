using Locald.Proxy.Connections;
using Locald.Proxy.IO;

namespace Locald.Proxy.Upstream;

/// <summary>Two streams joined after an upgrade. Each direction ends by itself, and its end is passed on as a half-close.</summary>
internal sealed class Tunnel(ClientSide client, InputBuffer fromClient, OutputBuffer toClient, UpstreamLink upstream)
{
    internal async Task RunAsync()
    {
        client.IsTunnel = true;
        client.AwaitExchange(Wait.Stall, Limits.Stall);
        if (client.Server.Stopping)
        {
            // Whoever stops the server may have seen a request here, and waits for its end.
            client.Abort();
            return;
        }

        client.KeepProbing();
        upstream.KeepProbing();
        await Task.WhenAll(
            CopyAsync(fromClient, upstream.Tunnel, upstream.EndOutputAsync),
            CopyAsync(upstream.Input, toClient, client.EndOutputAsync));
    }

    private async Task CopyAsync(InputBuffer from, OutputBuffer to, Func<Task> end)
    {
        try
        {
            while (true)
            {
                if (from.IsEmpty)
                {
                    await from.WaitAsync();
                    if (await from.FillAsync() == 0)
                    {
                        break;
                    }
                }

                client.AwaitExchange(Wait.Stall, Limits.Stall);
                int length = from.Unread.Length;
                await to.WriteAsync(from.Slice(0, length));
                from.Take(length);
                await to.FlushAsync();
            }

            await end();

            // The other direction has no reason to rest for long any more.
            client.AwaitExchange(Wait.Stall, Limits.BodyWait);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            client.Abort();
        }
    }
}
