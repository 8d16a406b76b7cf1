using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;

namespace Locald.Running.Windows;

/// <summary>A command in a job of its own. The console hands Ctrl-C to it and to us alike.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsApp : IApp
{
    private readonly Process _process;
    private readonly Job _job;

    private WindowsApp(Process process, Job job)
    {
        (_process, _job) = (process, job);
        Ended = WaitAsync();
    }

    public Task<AppEnd> Ended { get; }

    /// <exception cref="Win32Exception">It cannot be started.</exception>
    internal static WindowsApp Start(AppCommand command)
    {
        ProcessStartInfo start = new(command.Program, command.Words.Skip(1));
        start.Environment.Clear();
        foreach ((string name, string value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        Job job = Job.Create();
        Process process = Process.Start(start)!;
        job.Add(process.SafeHandle);
        return new(process, job);
    }

    public IReadOnlyList<int> Processes() => [];

    public Task<IReadOnlyList<int>> ListeningAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<int>>([]);

    /// <summary>There is no signal but the console's, which it has had.</summary>
    public void Signal(int signal)
    {
    }

    public void Kill() => _job.EndAll();

    public void Dispose()
    {
        _job.Dispose();
        _process.Dispose();
    }

    private async Task<AppEnd> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return new(_process.ExitCode);
    }
}
