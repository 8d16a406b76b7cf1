using System.Runtime.InteropServices;

namespace Locald.EndToEnd.Fixtures;

/// <summary>
/// A user of one test's own: an empty home, a LOCALD_HOME, an environment without anyone's proxies or certificate variables,
/// and, where asked for, private system folders.
/// </summary>
public sealed class Sandbox : IAsyncDisposable
{
    /// <summary>Long enough for a JVM on a busy machine; whatever needs longer says so.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The environment to start from: none of the machine's own variables, and the dotnet that runs this.</summary>
    public static readonly Dictionary<string, string> Scrubbed = new()
    {
        ["PATH"] = $"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{Path.GetFullPath(RuntimeEnvironment.GetRuntimeDirectory() + "../../..")}",
        ["LANG"] = "C.UTF-8",
    };

    private readonly TempFolder _folder = new();

    public Sandbox()
    {
        Directory.CreateDirectory(Home);
        Variables = new(Scrubbed) { ["HOME"] = Home, ["LOCALD_HOME"] = LocaldHome };
    }

    /// <summary>The home folder; empty at first.</summary>
    public string Home => _folder.At("home");

    /// <summary>Where locald keeps its state; not there at first.</summary>
    public string LocaldHome => _folder.At("state");

    /// <summary>The root's certificate, once it was made.</summary>
    public string Root => Path.Combine(LocaldHome, "ca/root.pem");

    /// <summary>The root's private key, once it was made.</summary>
    public string RootKey => Path.Combine(LocaldHome, "ca/root-key.pem");

    /// <summary>The environment of everything that runs here; a test may add to it.</summary>
    public Dictionary<string, string> Variables { get; }

    /// <summary>The namespace that everything here runs in; null for the machine's own.</summary>
    public MountNamespace? Mounts { get; private init; }

    /// <summary>A sandbox with private copies of what the system's trust stores write to.</summary>
    public static Task<Sandbox> WithPrivateTrustAsync(string setup = "") => WithPrivateAsync(MountNamespace.TrustFolders, setup);

    /// <summary>A sandbox where the resolver that most clients use (/etc/hosts) knows these names as loopback.</summary>
    public static Task<Sandbox> WithHostsAsync(params string[] names) =>
        WithPrivateAsync(["/etc"], $"printf '127.0.0.1 {string.Join(' ', names)}\\n' >> /etc/hosts");

    public static async Task<Sandbox> WithPrivateAsync(IEnumerable<string> folders, string setup) =>
        new() { Mounts = await MountNamespace.CreateAsync(folders, setup) };

    /// <summary>The absolute path of a name in the sandbox's own folder.</summary>
    public string At(string name) => _folder.At(name);

    /// <summary>Writes a file into the sandbox's own folder. Returns its absolute path.</summary>
    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Starts a program here.</summary>
    public ChildProcess Start(string program, IEnumerable<string> arguments, string? folder = null)
    {
        if (Mounts is null)
        {
            return ChildProcess.Start(program, arguments, Variables, folder ?? Home);
        }

        (string entry, string[] line) = Mounts.Enter(program, arguments, folder ?? Home);
        return ChildProcess.Start(entry, line, Variables);
    }

    /// <summary>Runs a program here, to its end.</summary>
    public async Task<ProcessResult> RunAsync(string program, IEnumerable<string> arguments, string input = "", TimeSpan? limit = null)
    {
        await using ChildProcess child = Start(program, arguments);
        try
        {
            await child.WriteAsync(input);
            child.CloseInput();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code tells.
        }

        return await child.EndAsync(limit ?? Limit);
    }

    public Task<ProcessResult> ShellAsync(string script, TimeSpan? limit = null) => RunAsync("sh", ["-c", script], limit: limit);

    /// <summary>Runs locald here, to its end.</summary>
    public Task<ProcessResult> LocaldAsync(params string[] arguments) => RunAsync(LocaldBinary.Path, arguments);

    /// <summary>Starts <c>locald serve</c> here and waits until it is ready.</summary>
    public Task<RunningLocald> ServeAsync(params string[] arguments) => RunningLocald.StartAsync(this, arguments);

    public async ValueTask DisposeAsync()
    {
        if (Mounts is not null)
        {
            await Mounts.DisposeAsync();
        }

        _folder.Dispose();
    }
}
