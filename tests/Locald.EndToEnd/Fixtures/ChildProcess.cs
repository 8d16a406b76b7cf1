using System.Diagnostics;
using System.Text;

namespace Locald.EndToEnd.Fixtures;

/// <summary>A started program with a known environment, whose output is kept, and which never outlives its test.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;
    private readonly string _command;

    private ChildProcess(Process process, string command)
    {
        _process = process;
        _command = command;
        _reading = Task.WhenAll(KeepAsync(process.StandardOutput, _out), KeepAsync(process.StandardError, _error));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it has written to standard output so far.</summary>
    public string Out => Copy(_out);

    /// <summary>What it has written to standard error so far.</summary>
    public string Error => Copy(_error);

    /// <summary>Starts a program with these variables and no other.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables, string? folder = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "/",
        };
        start.Environment.Clear();
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, $"{program} {string.Join(' ', start.ArgumentList)}");
    }

    /// <summary>Writes to its standard input, which stays open.</summary>
    public async Task WriteAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    public void CloseInput() => _process.StandardInput.Close();

    public void Signal(int number) => Posix.Kill(Id, number);

    /// <exception cref="TimeoutException">It still runs after the limit; it is ended, and the message holds its output.</exception>
    public async Task<ProcessResult> EndAsync(TimeSpan limit)
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(limit);
            await _reading.WaitAsync(limit);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"still running after {limit.TotalSeconds} s\n{Result(-1)}");
        }

        return Result(_process.ExitCode);
    }

    /// <summary>Waits until a condition on the running program holds.</summary>
    /// <exception cref="TimeoutException">It did not within the limit, or the program ended before; the message holds its output.</exception>
    public async Task UntilAsync(Func<bool> condition, string what, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (HasExited || Stopwatch.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"waited in vain for: {what}\n{Result(HasExited ? _process.ExitCode : -1)}");
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static async Task KeepAsync(StreamReader from, StringBuilder to)
    {
        char[] buffer = new char[4096];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
        {
            lock (to)
            {
                to.Append(buffer, 0, read);
            }
        }
    }

    private static string Copy(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private ProcessResult Result(int code) => new(_command, code, Out, Error);
}
