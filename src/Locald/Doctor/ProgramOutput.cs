using System.ComponentModel;
using System.Diagnostics;

namespace Locald.Doctor;

/// <summary>What a program wrote to standard output within a time limit.</summary>
internal sealed record ProgramOutput(bool TimedOut, string Text)
{
    /// <summary>Runs it to its end, or to the limit, when it is killed; its exit code does not matter to us, its answer does.</summary>
    internal static async Task<ProgramOutput> OfAsync(string program, string[] arguments, TimeSpan limit, CancellationToken stop)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limited.CancelAfter(limit);
            try
            {
                string text = await process.StandardOutput.ReadToEndAsync(limited.Token);
                await process.WaitForExitAsync(limited.Token);
                return new(false, text);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                stop.ThrowIfCancellationRequested();
                return new(true, "");
            }
        }
        catch (Win32Exception)
        {
            return new(false, "");
        }
    }
}
