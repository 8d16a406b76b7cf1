using System.Net.Security;
using System.Text;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>A client of HTTP/2 that sends what it is told to.</summary>
internal sealed class Http2Client : Http2Peer
{
    private Http2Client(RawClient wire)
        : base(wire)
    {
        Wire = wire;
    }

    public RawClient Wire { get; }

    /// <summary>Nothing sent yet.</summary>
    public static async Task<Http2Client> DialAsync(TestServer server, string name = "app.localhost") =>
        new(await server.ConnectAsync(name, static options => options.ApplicationProtocols = [SslApplicationProtocol.Http2]));

    /// <summary>Preface and SETTINGS sent.</summary>
    public static async Task<Http2Client> ConnectAsync(TestServer server, string name = "app.localhost", params (SettingId Id, uint Value)[] settings)
    {
        Http2Client client = await DialAsync(server, name);
        await client.SendAsync([.. Encoding.ASCII.GetBytes(Preface), .. Frame(FrameType.Settings, 0, 0, Settings(settings))]);
        return client;
    }

    public override async ValueTask DisposeAsync()
    {
        await Wire.DisposeAsync();
        await base.DisposeAsync();
    }
}
