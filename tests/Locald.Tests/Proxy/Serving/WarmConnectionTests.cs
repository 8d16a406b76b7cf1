using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Locald.Proxy;
using Locald.Proxy.Http2;
using Locald.Proxy.Logging;
using Locald.Tests.Proxy.Http2;

namespace Locald.Tests.Proxy.Serving;

/// <summary>What a request costs the collector once its connection is warm, the whole way: TLS, HTTP, the upstream and back.</summary>
[Collection(Alone.Name)]
public sealed class WarmConnectionTests
{
    // Not optimized, each async method is an object.
#if DEBUG
    private const int Most = 4000;
#else
    private const int Most = 300;
#endif
    private const int Requests = 200;
    private const int Milliseconds = 10_000;

    private static readonly byte[] Response = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n{new string('x', 1024)}");

    [Fact]
    public async Task A_request_over_HTTP_1_allocates_next_to_nothing()
    {
        using Upstream upstream = new();
        await using TestServer server = Serve(upstream);
        using SslStream stream = Connect(server, SslApplicationProtocol.Http11);
        byte[] request = Encoding.ASCII.GetBytes("GET /assets/app.js HTTP/1.1\r\nHost: app.localhost\r\nAccept: */*\r\nUser-Agent: test\r\n\r\n");
        byte[] buffer = new byte[16 * 1024];

        Assert.InRange(BytesPerRequest(() =>
        {
            stream.Write(request);
            int length = stream.Read(buffer, 0, buffer.Length);
            while (length < 1024 || !buffer.AsSpan(0, length).EndsWith("xxxx"u8))
            {
                int read = stream.Read(buffer, length, buffer.Length - length);
                Assert.NotEqual(0, read);
                length += read;
            }
        }), 0, Most);
    }

    [Fact]
    public async Task A_request_over_HTTP_2_allocates_next_to_nothing()
    {
        using Upstream upstream = new();
        await using TestServer server = Serve(upstream);
        using SslStream stream = Connect(server, SslApplicationProtocol.Http2);
        stream.Write([
            .. Encoding.ASCII.GetBytes(Http2Client.Preface),
            .. Http2Client.Frame(FrameType.Settings, 0, 0, []),
            .. Http2Client.Frame(FrameType.WindowUpdate, 0, 0, Http2Client.Number(1 << 30))]);
        byte[] request = Http2Client.Frame(FrameType.Headers, 0x5, 1, Http2Client.Request(path: "/assets/app.js"));
        byte[] buffer = new byte[16 * 1024];
        int id = 1, length = 0;

        Assert.InRange(BytesPerRequest(() =>
        {
            new FrameHeader(request.Length - FrameHeader.Size, FrameType.Headers, FrameFlags.EndStream | FrameFlags.EndHeaders, id).Write(request);
            stream.Write(request);
            while (true)
            {
                while (FrameHeader.TryParse(buffer.AsSpan(0, length), out FrameHeader header) && FrameHeader.Size + header.Length <= length)
                {
                    int whole = FrameHeader.Size + header.Length;
                    buffer.AsSpan(whole, length - whole).CopyTo(buffer);
                    length -= whole;
                    if (header.StreamId == id && header.Has(FrameFlags.EndStream))
                    {
                        id += 2;
                        return;
                    }
                }

                int read = stream.Read(buffer, length, buffer.Length - length);
                Assert.NotEqual(0, read);
                length += read;
            }
        }), 0, Most);
    }

    /// <summary>Allocated by all but this thread. The least of some rounds: the server's sweeper works beside them.</summary>
    private static long BytesPerRequest(Action ask)
    {
        for (int i = 0; i < Requests; i++)
        {
            ask();
        }

        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long others = GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Requests; i++)
            {
                ask();
            }

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread() - others);
        }

        return least / Requests;
    }

    /// <summary>So many requests of a second are remembered for the dashboard, and no more: the second of the first ones does not end.</summary>
    private static TestServer Serve(Upstream upstream)
    {
        TestServer server = new(LogMode.Off, Limits.Connections, $"app={upstream.Port}");
        server.StopClock();
        return server;
    }

    private static SslStream Connect(TestServer server, SslApplicationProtocol protocol)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = Milliseconds };
        socket.Connect(IPAddress.Loopback, server.Port);
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "app.localhost",
            ApplicationProtocols = [protocol],
            CertificateChainPolicy = TestAuthority.Policy(),
        });
        return stream;
    }

    /// <summary>Answers on threads of its own, and allocates nothing for a request.</summary>
    private sealed class Upstream : IDisposable
    {
        private readonly Socket _listener = TestServer.Listen();
        private readonly List<Socket> _peers = [];
        private readonly List<Thread> _threads = [];

        public Upstream()
        {
            Start(Accept);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Dispose()
        {
            _listener.Dispose();
            Assert.True(_threads[0].Join(Milliseconds));
            _peers.ForEach(p => p.Dispose());
            Assert.All(_threads, t => Assert.True(t.Join(Milliseconds)));
        }

        private static void Serve(Socket peer)
        {
            byte[] buffer = new byte[4096];
            int length = 0, read;
            while ((read = peer.Receive(buffer.AsSpan(length))) > 0)
            {
                length += read;
                if (buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                {
                    peer.Send(Response);
                    length = 0;
                }
            }
        }

        private void Accept()
        {
            while (true)
            {
                Socket peer = _listener.Accept();
                _peers.Add(peer);
                Start(() => Serve(peer));
            }
        }

        private void Start(Action work)
        {
            Thread thread = new(() =>
            {
                try
                {
                    work();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // The test is over.
                }
            });
            _threads.Add(thread);
            thread.Start();
        }
    }
}
