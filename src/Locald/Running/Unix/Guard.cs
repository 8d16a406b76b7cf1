using System.IO.Pipes;
using System.Runtime.Versioning;

namespace Locald.Running.Unix;

/// <summary>
/// Ends the app where we are killed and cannot do it ourselves (SIGKILL, out of memory): a shell that waits at a pipe until its other
/// end is gone. It is in a process group of its own, since whoever kills us may kill our group.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Guard : IDisposable
{
    private const string Shell = "/bin/sh";

    /// <summary>The group is asked to end, given five seconds, and killed.</summary>
    private const string Script = """
        read -r _
        kill -s TERM -- "-$1"
        kill -s CONT -- "-$1"
        n=0
        while [ "$n" -lt 50 ] && kill -s 0 -- "-$1"; do sleep 0.1; n=$((n + 1)); done
        kill -s KILL -- "-$1"
        """;

    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.Out, HandleInheritability.None);

    /// <param name="group">The process group to end.</param>
    internal Guard(int group)
    {
        Dictionary<string, string> variables = new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin" };
        Pid = Spawn.StartQuietly(new(Shell, ["sh", "-c", Script, "locald-guard", $"{group}"], variables), _pipe.ClientSafePipeHandle);
        _pipe.DisposeLocalCopyOfClientHandle();
    }

    /// <summary>Null where there is no shell: in an image without one the app is the whole of it, and ends with its container.</summary>
    internal int? Pid { get; }

    public void Dispose()
    {
        if (Pid is { } pid)
        {
            // Before the pipe ends, which would tell it to act.
            LibC.Kill(pid, SignalNumber.Kill);
            _ = LibC.WaitFor(pid, out _, 0);
        }

        _pipe.Dispose();
    }
}
