using System.ComponentModel;
using System.Runtime.Versioning;
using System.Security.Cryptography;
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
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// NSS itself gives up on a locked file after two seconds; a sleeping disk or a home on the network may need longer. On some damaged
    /// files it never ends (PK11_ImportCert of 3.87 looks for a free number for ever).
    /// </summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(20);

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

        byte[] message = question.Format();
        if (FromMemory(bytes) is { } memory)
        {
            try
            {
                NssAnswer answer = NssProcess.Run($"/proc/self/fd/{memory.DangerousGetHandle()}", message, Limit);
                GC.KeepAlive(memory);
                return answer;
            }
            catch (Win32Exception)
            {
                _memoryRefused = true;
            }
        }

        return FromFile(bytes, message);
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

    /// <summary>From the first folder that may be written to, and from which programs may be started.</summary>
    private NssAnswer FromFile(ReadOnlyMemory<byte> bytes, byte[] message)
    {
        NssAnswer? first = null;
        foreach (string parent in new[] { Path.GetTempPath(), "/tmp/", "/var/tmp/", "/dev/shm/" }.Distinct())
        {
            NssAnswer answer = FromFile(parent, bytes, message);
            if (answer.Step != NssAnswer.Start)
            {
                return answer;
            }

            first ??= answer;
        }

        return first!;
    }

    private NssAnswer FromFile(string parent, ReadOnlyMemory<byte> bytes, byte[] message)
    {
        string? folder = null;
        try
        {
            // For its owner alone, by a name that nobody can have foreseen. A helper that becomes the user behind sudo is opened before it does.
            folder = Directory.CreateDirectory(Path.Combine(parent, $"locald-nss-{RandomNumberGenerator.GetHexString(32, lowercase: true)}"), OwnerOnly).FullName;
            string file = Path.Combine(folder, "locald-nss");
            using (FileStream stream = new(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                stream.Write(bytes.Span);
            }

            return NssProcess.Run(file, message, Limit);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return NssAnswer.NotStarted(e.Message);
        }
        finally
        {
            if (folder is not null)
            {
                Delete(folder);
            }
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody who cleans up the temporary files was faster.
        }
    }
}
