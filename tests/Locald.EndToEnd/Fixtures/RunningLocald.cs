using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Locald.EndToEnd.Fixtures;

/// <summary>A running <c>locald serve</c>, on a port of its own, asked to stop or ended with its test.</summary>
public sealed class RunningLocald : IAsyncDisposable
{
    private static int _lastPort = Random.Shared.Next(10_000, 25_000);

    private RunningLocald(ChildProcess process, string readyFile)
    {
        Process = process;
        ReadyFile = readyFile;
        using JsonDocument ready = JsonDocument.Parse(File.ReadAllText(readyFile));
        Port = new Uri(ready.RootElement.GetProperty("listens")[0].GetString()!).Port;
    }

    public ChildProcess Process { get; }

    /// <summary>The file that is there while it is ready.</summary>
    public string ReadyFile { get; }

    /// <summary>The port of https on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Where a name is served: <c>https://NAME:PORT</c>, without a slash at the end.</summary>
    public string Url(string name) => $"https://{name}:{Port}";

    /// <summary>Starts it on a free port, without plain HTTP unless asked for, and waits for its ready file.</summary>
    public static Task<RunningLocald> StartAsync(Sandbox sandbox, params string[] arguments) => StartAsync(sandbox, [], arguments);

    /// <summary>The same, under a limit as the shell's <c>ulimit</c> is told it.</summary>
    public static Task<RunningLocald> StartWithAsync(string limit, Sandbox sandbox, params string[] arguments) =>
        StartAsync(sandbox, ["sh", "-c", $"ulimit {limit}; exec \"$@\"", "sh"], arguments);

    private static async Task<RunningLocald> StartAsync(Sandbox sandbox, string[] before, string[] arguments)
    {
        string ready = sandbox.At($"ready-{Guid.NewGuid():N}");
        string[] http = arguments.Contains("--http") ? [] : ["--http", "off"];
        string[] line = [.. before, LocaldBinary.Path, "serve", .. arguments, "--https", "127.0.0.1:0", .. http, "--ready-file", ready];
        ChildProcess process = sandbox.Start(line[0], line[1..]);
        try
        {
            await process.UntilAsync(() => File.Exists(ready), "locald's ready file", TimeSpan.FromSeconds(20));
            return new(process, ready);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A port of 127.0.0.1 that nobody listens on, below those that the kernel gives to connections, and given out once.</summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = Interlocked.Increment(ref _lastPort);
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: the next one.
            }
        }
    }

    /// <summary>Asks it to stop with SIGTERM. Returns how it ended.</summary>
    public Task<ProcessResult> StopAsync()
    {
        Process.Signal(Posix.SigTerm);
        return Process.EndAsync(TimeSpan.FromSeconds(15));
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
