using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Locald.Running.Unix;

/// <summary>
/// Starts a program as the leader of a process group of its own, which <see cref="System.Diagnostics.Process"/> cannot:
/// posix_spawn(3), with every signal as a fresh process has it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe partial class Spawn
{
    /// <summary>Bytes enough for posix_spawnattr_t (336 in glibc and musl), posix_spawn_file_actions_t and sigset_t of any system.</summary>
    private const int Opaque = 512;

    /// <summary>POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK: the same bits everywhere.</summary>
    private const short Flags = 0x02 | 0x04 | 0x08;

    /// <summary>ENOEXEC.</summary>
    private const int NoInterpreter = 8;

    private const int ReadWrite = 2;

    /// <param name="command">What to start, in the current folder and with the standard streams that we were given.</param>
    /// <returns>Its process id, which is also its group's.</returns>
    /// <exception cref="Win32Exception">It cannot be started; the error is errno's.</exception>
    internal static int Start(AppCommand command)
    {
        int pid = 0;
        int error = Try(command, null, ref pid);
        if (error == NoInterpreter)
        {
            // A script without a first line that names its interpreter: shells take it for one of theirs, and so does execvp(3).
            error = Try(command with { Program = "/bin/sh", Words = ["/bin/sh", command.Program, .. command.Words.Skip(1)] }, null, ref pid);
        }

        return error == 0 ? pid : throw new Win32Exception(error);
    }

    /// <summary>Starts one that reads from a pipe of ours and says nothing.</summary>
    /// <returns>Null where it cannot be started.</returns>
    internal static int? StartQuietly(AppCommand command, SafeHandle input)
    {
        int pid = 0;
        return Try(command, input, ref pid) == 0 ? pid : null;
    }

    private static int Try(AppCommand command, SafeHandle? input, ref int pid)
    {
        byte* attributes = stackalloc byte[Opaque];
        byte* actions = stackalloc byte[Opaque];
        byte* signals = stackalloc byte[Opaque];
        nint[] words = Strings(command.Words);
        nint[] variables = Strings(command.Environment.Select(v => $"{v.Key}={v.Value}"));
        InitializeAttributes(attributes);
        InitializeActions(actions);
        try
        {
            SetFlags(attributes, Flags);
            SetGroup(attributes, 0);
            EmptySet(signals);
            SetMask(attributes, signals);

            // Ignored by the runtime and by us; what is merely handled is reset by exec itself.
            AddToSet(signals, SignalNumber.Pipe);
            AddToSet(signals, SignalNumber.TerminalOutput);
            SetDefaults(attributes, signals);
            Duplicate(actions, input is null ? StandardInput.Descriptor : (int)input.DangerousGetHandle(), 0);
            if (input is not null)
            {
                OpenFile(actions, 1, "/dev/null", ReadWrite, 0);
                OpenFile(actions, 2, "/dev/null", ReadWrite, 0);
            }

            fixed (nint* argv = words, envp = variables)
            {
                return Run(out pid, command.Program, actions, attributes, argv, envp);
            }
        }
        finally
        {
            DestroyAttributes(attributes);
            DestroyActions(actions);
            Array.ForEach(words, Marshal.FreeCoTaskMem);
            Array.ForEach(variables, Marshal.FreeCoTaskMem);
        }
    }

    /// <summary>As exec takes them: pointers, and null behind the last.</summary>
    private static nint[] Strings(IEnumerable<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Run(out int pid, string path, byte* actions, byte* attributes, nint* argv, nint* envp);

    // What follows only fills in the two structures: it can fail for want of memory alone.
    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial void InitializeAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial void DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial void SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    private static partial void SetGroup(byte* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial void SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial void SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial void InitializeActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial void DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial void Duplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void OpenFile(byte* actions, int descriptor, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial void EmptySet(byte* set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    private static partial void AddToSet(byte* set, int signal);
}
