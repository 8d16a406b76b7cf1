using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Locald.Doctor;

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code; -1 where it could not be started.</param>
/// <param name="Out">The beginning of its standard output.</param>
/// <param name="Error">The beginning of its standard error.</param>
internal sealed record ProgramRun(int Code, string Out, string Error)
{
    /// <summary>Characters kept of each stream: openssl's whole report is a third of this.</summary>
    private const int Kept = 16 * 1024;

    /// <summary>For pipes that a child of the program holds open after the program itself has ended.</summary>
    private static readonly TimeSpan s_pipeLimit = TimeSpan.FromSeconds(1);

    internal string FirstErrorLine => Error.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "";

    /// <summary>Runs a program to its end in the root folder, in which nothing can be in its way.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Changes to our own environment; null takes a variable away.</param>
    /// <param name="stop">Kills it with all its children.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal static async Task<ProgramRun> OfAsync(string program, string[] arguments,
        IEnumerable<(string Name, string? Value)> environment, CancellationToken stop)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetPathRoot(program) ?? "",
        };

        // The messages that are quoted are in one language.
        start.Environment["LC_ALL"] = "C";
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            return await FollowAsync(process, stop);
        }
        catch (Win32Exception e)
        {
            return new(-1, "", e.Message);
        }
    }

    private static async Task<ProgramRun> FollowAsync(Process process, CancellationToken stop)
    {
        StringBuilder output = new();
        StringBuilder error = new();
        Task reading = Task.WhenAll(KeepAsync(process.StandardOutput, output, stop), KeepAsync(process.StandardError, error, stop));
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(stop);
            await reading.WaitAsync(s_pipeLimit, stop);
        }
        catch (TimeoutException)
        {
            // The program has ended; what its children still say is not waited for.
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, Copy(output), Copy(error));
    }

    /// <summary>Reads to the end, so that the program never waits for us, and keeps the beginning.</summary>
    private static async Task KeepAsync(StreamReader from, StringBuilder to, CancellationToken stop)
    {
        char[] buffer = new char[4096];
        int read;
        while ((read = await from.ReadAsync(buffer, stop)) > 0)
        {
            lock (to)
            {
                to.Append(buffer, 0, Math.Min(read, Kept - to.Length));
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
}
