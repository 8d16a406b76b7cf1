using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Locald.Trust.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Locald.Trust.Nss;

/// <summary>
/// Starts the helper program (src/Locald.Nss): from a file in memory, or, where that is refused (no /proc, a policy against it), from a
/// private file that is deleted at once. One process for one question, so that each gets a libnss3 of its own and may crash alone.
/// </summary>
/// <param name="image">The program's bytes; null where this build carries none.</param>
[SupportedOSPlatform("linux")]
internal sealed class NssProgram(Func<ReadOnlyMemory<byte>?> image)
{
    /// <summary>NSS itself gives up on a locked file after two seconds; a sleeping disk or network home may need longer.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Some strays of a kilobyte each; more is no answer.</summary>
    private const int LongestAnswer = 256 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lock _gate = new();
    private SafeFileHandle? _memory;
    private bool _memoryRefused;

    /// <summary>Asks one question.</summary>
    /// <returns>The answer, or what kept the program from giving one.</returns>
    internal NssAnswer Ask(NssQuestion question)
    {
        if (image() is not { } bytes)
        {
            return NssAnswer.NotStarted("this build does not carry the program that opens it");
        }

        byte[] line = question.Format();
        if (FromMemory(bytes) is { } memory)
        {
            try
            {
                NssAnswer answer = Run($"/proc/self/fd/{memory.DangerousGetHandle()}", line);
                GC.KeepAlive(memory);
                return answer;
            }
            catch (Win32Exception)
            {
                _memoryRefused = true;
            }
        }

        return FromFile(bytes, line);
    }

    /// <summary>The file in memory, made at the first question; null where the system refuses.</summary>
    private SafeFileHandle? FromMemory(ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            if (_memory is null && !_memoryRefused)
            {
                SafeFileHandle memory = LibC.MemoryFile("locald-nss");
                _memoryRefused = memory.IsInvalid || !Directory.Exists("/proc/self/fd");
                if (!_memoryRefused)
                {
                    RandomAccess.Write(memory, bytes.Span, 0);
                    _memory = memory;
                }
            }

            return _memoryRefused ? null : _memory;
        }
    }

    private static NssAnswer FromFile(ReadOnlyMemory<byte> bytes, byte[] line)
    {
        string? folder = null;
        try
        {
            // Made for its owner alone (mkdtemp). A helper that becomes the user behind sudo is opened before it does.
            folder = Directory.CreateTempSubdirectory("locald-nss-").FullName;
            string file = Path.Combine(folder, "locald-nss");
            using (FileStream stream = new(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                stream.Write(bytes.Span);
            }

            return Run(file, line);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return NssAnswer.NotStarted(e.Message);
        }
        finally
        {
            if (folder is not null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <exception cref="Win32Exception">The system does not start it.</exception>
    internal static NssAnswer Run(string program, byte[] line)
    {
        ProcessStartInfo start = new(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // Nothing of the user's may change which libraries are loaded, or how the runtime behaves.
        start.Environment.Clear();
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(Limit);
        Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream, limit.Token);
        Task<byte[]> error = ReadAsync(process.StandardError.BaseStream, limit.Token);
        try
        {
            process.StandardInput.BaseStream.Write(line);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; the rest tells.
        }

        try
        {
            if (output.GetAwaiter().GetResult().Length == LongestAnswer)
            {
                process.Kill(entireProcessTree: true);
                return NssAnswer.NotStarted("what it said is no answer");
            }

            error.GetAwaiter().GetResult();
            process.WaitForExit(Limit);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return NssAnswer.TimedOut();
        }

        // A loader that finds no glibc of its kind says so on standard error, and there is no answer.
        return NssAnswer.Parse(output.Result) ?? NssAnswer.NotStarted(LastLine(error.Result) ?? $"it ended with code {(process.HasExited ? process.ExitCode : -1)} and no answer");
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken limit)
    {
        byte[] bytes = new byte[LongestAnswer];
        int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, limit);
        return bytes[..length];
    }

    private static string? LastLine(byte[] text) =>
        Encoding.UTF8.GetString(text).Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.Length > 0);
}
