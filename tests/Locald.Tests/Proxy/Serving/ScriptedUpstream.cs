using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Tests.Proxy.Serving;

/// <summary>An upstream that says what its script says, once per connection. A script that fails, fails the test.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly Func<Peer, Task> _script;
    private readonly X509Certificate2? _certificate;
    private readonly string[] _offers;
    private readonly Socket _listener;
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly ConcurrentDictionary<Peer, byte> _open = new();
    private readonly Task _accepting;
    private int _connections;

    /// <param name="script">Runs once per connection.</param>
    /// <param name="at">Where; a port of its own where it is null.</param>
    /// <param name="certificate">For TLS.</param>
    /// <param name="offers">What ALPN may choose.</param>
    public ScriptedUpstream(Func<Peer, Task> script, EndPoint? at = null, X509Certificate2? certificate = null, params string[] offers)
    {
        (_script, _certificate, _offers) = (script, certificate, offers);
        at ??= new IPEndPoint(IPAddress.Loopback, 0);
        _listener = new(at.AddressFamily, SocketType.Stream, at is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        _listener.Bind(at);
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>How many connections were opened to it so far, those not yet accepted included.</summary>
    public int Connections => Volatile.Read(ref _connections) + (_listener.Poll(0, SelectMode.SelectRead) ? 1 : 0);

    /// <summary>Gives every request the same answer, on as many connections as are opened.</summary>
    public static ScriptedUpstream Answering(string answer) => new(async peer =>
    {
        while (await peer.ReadRequestAsync() is { Length: > 0 })
        {
            await peer.SendAsync(answer);
        }
    });

    /// <summary>Closes the door and every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (Peer peer in _open.Keys)
        {
            await peer.Stream.DisposeAsync();
        }

        await _accepting;
        Assert.Empty(_failures);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = RunAsync(socket, Interlocked.Increment(ref _connections));
        }
    }

    private async Task RunAsync(Socket socket, int number)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (_certificate is not null)
        {
            stream = new SslStream(stream);
        }

        Peer peer = new(socket, stream, number);
        _open.TryAdd(peer, 0);
        try
        {
            if (stream is SslStream secure)
            {
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate,
                    ApplicationProtocols = _offers.Length == 0 ? null : [.. _offers.Select(o => new SslApplicationProtocol(o))],
                });
            }

            await _script(peer);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side left, or the test is over.
        }
        catch (Exception e)
        {
            _failures.Enqueue(e);
        }
        finally
        {
            await stream.DisposeAsync();
            _open.TryRemove(peer, out _);
        }
    }

    /// <summary>One connection to the upstream.</summary>
    internal sealed class Peer(Socket socket, Stream stream, int number) : Wire(stream)
    {
        public Socket Socket { get; } = socket;

        /// <summary>Counts from 1.</summary>
        public int Number { get; } = number;

        /// <summary>The head of the next request whose body, if any, was read as well; empty when the connection ends.</summary>
        public async Task<string> ReadRequestAsync()
        {
            string head = await ReadHeadAsync();
            if (Fields.Of(head, "content-length") is [var length])
            {
                await ReadExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture));
            }
            else if (Fields.Of(head, "transfer-encoding") is ["chunked"])
            {
                await ReadChunkedAsync();
            }

            return head;
        }

        /// <summary>Leaves with a reset.</summary>
        public void Reset()
        {
            Socket.LingerState = new(true, 0);
            Socket.Dispose();
        }
    }
}
