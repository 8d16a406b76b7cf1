using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Locald.Trust.Nss;

/// <summary>One run of the helper program (src/Locald.Nss): a question in, an answer out, and limits on what it may take.</summary>
internal static class NssProcess
{
    /// <summary>Some strays of a kilobyte each; more is no answer.</summary>
    private const int LongestAnswer = 256 * 1024;

    /// <summary>ETXTBSY: somebody has the program's file open for writing.</summary>
    private const int TextBusy = 26;

    private static readonly TimeSpan s_busyPause = TimeSpan.FromMilliseconds(5);

    /// <param name="program">The program's file.</param>
    /// <param name="question">As <see cref="NssQuestion.Format"/> writes it.</param>
    /// <param name="limit">When it is killed, with all its children.</param>
    /// <returns>The answer, or what kept the program from giving one.</returns>
    /// <exception cref="Win32Exception">The system does not start it.</exception>
    internal static NssAnswer Run(string program, byte[] question, TimeSpan limit)
    {
        long began = Stopwatch.GetTimestamp();
        ProcessStartInfo start = new(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // Nothing of the user's may change which libraries are loaded, or how the runtime behaves.
        start.Environment.Clear();
        using Process process = Start(start);
        Task<byte[]> output = ReadAsync(process, process.StandardOutput.BaseStream);
        Task<byte[]> error = ReadAsync(process, process.StandardError.BaseStream);
        try
        {
            // A pipe takes 64 KB without a reader, so that this does not wait.
            process.StandardInput.BaseStream.Write(question);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; the rest tells.
        }

        TimeSpan Left() => TimeSpan.FromTicks(Math.Max(0, (limit - Stopwatch.GetElapsedTime(began)).Ticks));
        if (!Task.WaitAll([output, error], Left()) || !process.WaitForExit(Left()))
        {
            process.Kill(entireProcessTree: true);
            return NssAnswer.TimedOut(limit);
        }

        // A loader that finds no glibc of its kind says so on standard error, and there is no answer.
        return NssAnswer.Parse(output.Result) ?? NssAnswer.NotStarted(LastLine(error.Result) ?? $"it ended with code {process.ExitCode} and no answer");
    }

    /// <summary>
    /// A file that was written a moment ago may still be open in a child that another thread starts: it closes on exec, which comes soon
    /// (https://github.com/golang/go/issues/22315 tells the story).
    /// </summary>
    private static Process Start(ProcessStartInfo start)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return Process.Start(start)!;
            }
            catch (Win32Exception e) when (e.NativeErrorCode == TextBusy && attempt < 100)
            {
                Thread.Sleep(s_busyPause);
            }
        }
    }

    /// <summary>All that comes; nothing where more comes than may, and the program is stopped.</summary>
    private static async Task<byte[]> ReadAsync(Process process, Stream stream)
    {
        byte[] bytes = new byte[LongestAnswer];
        int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length < bytes.Length)
        {
            return bytes[..length];
        }

        process.Kill(entireProcessTree: true);
        return [];
    }

    private static string? LastLine(byte[] text) =>
        Encoding.UTF8.GetString(text).Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.Length > 0);
}
