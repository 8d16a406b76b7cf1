using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Locald.Running.Windows;

/// <summary>
/// A job object whose processes end with it, and it ends with us, however we do (JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE:
/// https://learn.microsoft.com/windows/win32/procthread/job-objects).
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class Job : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>JobObjectExtendedLimitInformation.</summary>
    private const int ExtendedLimits = 9;

    private const uint KillOnClose = 0x2000;

    private Job(nint handle) : base(ownsHandle: true) => SetHandle(handle);

    /// <exception cref="Win32Exception">The system refused.</exception>
    internal static Job Create()
    {
        Job job = new(CreateJob(0, 0));
        Limits limits = new() { Flags = KillOnClose };
        return !job.IsInvalid && SetInformation(job, ExtendedLimits, in limits, Marshal.SizeOf<Limits>()) ? job : throw new Win32Exception();
    }

    /// <summary>Puts a process and all that it will start into the job.</summary>
    /// <exception cref="Win32Exception">The system refused.</exception>
    internal void Add(SafeProcessHandle process)
    {
        if (!Assign(this, process))
        {
            throw new Win32Exception();
        }
    }

    /// <summary>Ends every process in it.</summary>
    internal void EndAll() => _ = Terminate(this, 1);

    protected override bool ReleaseHandle() => Close(handle);

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true)]
    private static partial nint CreateJob(nint attributes, nint name);

    [LibraryImport("kernel32", EntryPoint = "SetInformationJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformation(Job job, int kind, in Limits limits, int length);

    [LibraryImport("kernel32", EntryPoint = "AssignProcessToJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Assign(Job job, SafeProcessHandle process);

    [LibraryImport("kernel32", EntryPoint = "TerminateJobObject")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Terminate(Job job, uint code);

    [LibraryImport("kernel32", EntryPoint = "CloseHandle")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Close(nint handle);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        internal long ProcessTime;
        internal long JobTime;
        internal uint Flags;
        internal nuint LeastWorkingSet;
        internal nuint MostWorkingSet;
        internal uint ActiveProcesses;
        internal nuint Affinity;
        internal uint Priority;
        internal uint Scheduling;
        internal ulong ReadOperations;
        internal ulong WriteOperations;
        internal ulong OtherOperations;
        internal ulong BytesRead;
        internal ulong BytesWritten;
        internal ulong OtherBytes;
        internal nuint ProcessMemory;
        internal nuint JobMemory;
        internal nuint PeakProcessMemory;
        internal nuint PeakJobMemory;
    }
}
