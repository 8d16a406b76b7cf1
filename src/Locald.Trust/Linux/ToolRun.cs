using System.ComponentModel;
using System.Diagnostics;

namespace Locald.Trust.Linux;

public enum ToolEnd
{
    Exited,
    TimedOut,
    NotStarted,
}

/// <summary>How a child program ended.</summary>
/// <param name="End">Whether it ended by itself.</param>
/// <param name="ExitCode">Its exit code; meaningless unless it exited.</param>
/// <param name="Output">What it wrote to standard output and standard error, one after the other; the end of it, where that is much.</param>
public sealed record ToolRun(ToolEnd End, int ExitCode, string Output)
{
    /// <summary>A child of the tool may hold the pipes open after the tool itself has ended.</summary>
    private static readonly TimeSpan s_pipeLimit = TimeSpan.FromSeconds(2);

    public bool Succeeded => End == ToolEnd.Exited && ExitCode == 0;

    /// <summary>The last line with something on it, where tools put their complaint; empty where there is none.</summary>
    public string LastLine => Output.Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.Length > 0) ?? "";

    /// <summary>Runs a program to its end, or to the limit, when it is killed with all its children.</summary>
    /// <param name="machine">Gives the limit.</param>
    /// <param name="call">Its name is a path.</param>
    /// <param name="input">What it reads from standard input, which is otherwise empty: nothing may ask a question there.</param>
    public static ToolRun Of(LinuxMachine machine, ToolCall call, string input = "")
    {
        ProcessStartInfo start = new(call.Name, call.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The tools are scripts that call others by name; the messages we quote are in one language.
        start.Environment["PATH"] = string.Join(Path.PathSeparator,
            new[] { machine.SearchPath }.Concat(OperatingSystem.IsWindows() ? [] : ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]).Where(f => f.Length > 0));
        start.Environment["LC_ALL"] = "C";
        try
        {
            using Process process = Process.Start(start)!;
            return Follow(process, input, machine.ToolLimit);
        }
        catch (Win32Exception e)
        {
            return new(ToolEnd.NotStarted, -1, e.Message);
        }
    }

    private static ToolRun Follow(Process process, string input, TimeSpan limit)
    {
        OutputTail output = new(process.StandardOutput);
        OutputTail error = new(process.StandardError);
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended, or closed its input, without reading; its exit code tells the rest.
        }

        bool exited = process.WaitForExit(limit);
        if (!exited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(s_pipeLimit);
        }

        Task.WaitAll([output.Reading, error.Reading], s_pipeLimit);
        string text = $"{output}\n{error}";
        return exited ? new(ToolEnd.Exited, process.ExitCode, text) : new(ToolEnd.TimedOut, -1, text);
    }
}
