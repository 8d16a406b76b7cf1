using System.Globalization;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>gRPC from a real client to a real server: HTTP/2 on both sides.</summary>
public sealed class GrpcTests
{
    private const string Python = "/usr/bin/python3";

    [Theory(Timeout = 90_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_kind_of_call_passes_with_its_metadata_status_and_deadline(bool tls)
    {
        await using Sandbox sandbox = new();
        string[] arguments = [];
        if (tls)
        {
            (await sandbox.LocaldAsync("cert", "localhost", "--cert", sandbox.At("cert.pem"), "--key", sandbox.At("key.pem"))).ShouldExit(0);
            arguments = ["--tls", sandbox.At("cert.pem"), sandbox.At("key.pem")];
        }

        await using ChildProcess app = sandbox.Start(Python, [Assets.At("grpc_app.py"), .. arguments]);
        await app.UntilAsync(() => app.Out.EndsWith('\n'), "the port of the gRPC server", TimeSpan.FromSeconds(30));
        await using RunningLocald locald = await sandbox.ServeAsync($"app={(tls ? "https" : "h2c")}://127.0.0.1:{app.Out.Trim()}", "down=h2c://127.0.0.1:1");
        ProcessResult client = await sandbox.RunAsync(Python, [Assets.At("grpc_client.py"), locald.Port.ToString(CultureInfo.InvariantCulture), sandbox.Root]);
        Assert.Equal("""
            unary: got hello 5
            ten megabytes there and back: True
            client stream: 2000000
            server stream: 3000
            both ways: ONE TWO THREE
            three hundred at once: 300
            Fail: FAILED_PRECONDITION no such thing: é% because
            Missing: UNIMPLEMENTED Method not found! None
            deadline: DEADLINE_EXCEEDED server saw 1
            down: UNAVAILABLE

            """, client.ShouldExit(0).Out);
    }
}
