using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Locald.Proxy.IO.Linux;

/// <summary>The calls of glibc that reading by readiness stands on: epoll(7), recv(2), send(2).</summary>
internal static partial class LibC
{
    internal const int Again = 11;
    internal const int Interrupted = 4;
    internal const int InProgress = 115;
    private const int CloseOnExec = 0x80000;
    private const int ControlAdd = 1;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <summary>A new epoll instance; below zero where there is none.</summary>
    internal static int NewEpoll() => EpollCreate(CloseOnExec);

    /// <summary>Adds a descriptor and what is to be told of it; below zero where that is not possible.</summary>
    internal static int Add(int epoll, int descriptor, Span<int> wanted) =>
        EpollControl(epoll, ControlAdd, descriptor, ref MemoryMarshal.GetReference(wanted));

    /// <summary>Waits for events; their number, or below zero.</summary>
    internal static int Wait(int epoll, Span<int> events) =>
        EpollWait(epoll, ref MemoryMarshal.GetReference(events), events.Length / EpollEvent.Size, Timeout.Infinite);

    /// <summary>Takes what is there without waiting: the number of bytes, 0 at the end, below zero where nothing is or it broke.</summary>
    internal static int Receive(SafeHandle socket, Span<byte> buffer) =>
        (int)Receive(socket, ref MemoryMarshal.GetReference(buffer), buffer.Length, DontWait);

    /// <summary>Sends what fits without waiting: the number of bytes, below zero where nothing fits or it broke.</summary>
    internal static int Send(SafeHandle socket, ReadOnlySpan<byte> buffer) =>
        (int)Send(socket, ref MemoryMarshal.GetReference(buffer), buffer.Length, DontWait | NoSignal);

    /// <summary>Begins to connect a socket that does not block; below zero with <see cref="InProgress"/> where that takes a while.</summary>
    internal static int Connect(SafeHandle socket, ReadOnlySpan<byte> address) =>
        Connect(socket, ref MemoryMarshal.GetReference(address), address.Length);

    /// <summary>What an error number means.</summary>
    internal static SocketException Fault(int error)
    {
        SocketError known = error switch
        {
            32 => SocketError.Shutdown,
            99 => SocketError.AddressNotAvailable,
            101 => SocketError.NetworkUnreachable,
            104 => SocketError.ConnectionReset,
            110 => SocketError.TimedOut,
            111 => SocketError.ConnectionRefused,
            113 => SocketError.HostUnreachable,
            _ => SocketError.SocketError,
        };
        return new((int)known, Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeHandle socket, ref byte address, int length);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, ref int wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, ref int events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, ref byte buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, ref byte buffer, nint length, int flags);
}
