using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Locald.Proxy.IO.Linux;

/// <summary>
/// Tells when sockets have something to read, or room to write: a thread per processor, each with an epoll instance of its own, and what
/// was waited for goes on right there. The runtime's own engine tries each read before it waits, which is a system call in vain per
/// message; here a socket that was read empty is not asked again before the kernel says so.
/// </summary>
internal sealed class Poller
{
    private const int Batch = 256;

    private static readonly Poller[] All = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(static _ => new Poller())];

    [ThreadStatic]
    private static Poller? t_current;

    private readonly Lock _gate = new();
    private readonly List<IThreadPoolWorkItem> _afterwards = [];
    private readonly int _epoll;
    private SocketReader?[] _readers = new SocketReader?[256];

    private Poller()
    {
        _epoll = LibC.NewEpoll();
        if (_epoll < 0)
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets, Marshal.GetLastPInvokeErrorMessage());
        }

        new Thread(Run) { IsBackground = true, Name = "poller" }.UnsafeStart();
    }

    /// <summary>Whoever tells of that descriptor.</summary>
    internal static Poller Of(int descriptor) => All[descriptor % All.Length];

    /// <summary>
    /// Runs the work when all that happened at once was dealt with, on this thread, where this thread is a poller's. Else false.
    /// </summary>
    internal static bool TryDefer(IThreadPoolWorkItem work)
    {
        if (t_current is not { } current)
        {
            return false;
        }

        current._afterwards.Add(work);
        return true;
    }

    /// <summary>Tells the reader from now on.</summary>
    /// <exception cref="SocketException">The kernel watches no more.</exception>
    internal void Add(int descriptor, SocketReader reader)
    {
        lock (_gate)
        {
            if (descriptor >= _readers.Length)
            {
                SocketReader?[] more = new SocketReader?[descriptor * 2];
                _readers.CopyTo(more, 0);
                Volatile.Write(ref _readers, more);
            }

            Volatile.Write(ref _readers[descriptor], reader);
        }

        Span<int> wanted = stackalloc int[EpollEvent.Size];
        EpollEvent.Write(wanted, descriptor);
        if (LibC.Add(_epoll, descriptor, wanted) < 0)
        {
            Remove(descriptor);
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable, Marshal.GetLastPInvokeErrorMessage());
        }
    }

    /// <summary>To be called before the descriptor is closed, which takes it from epoll: the next socket may get the same.</summary>
    internal void Remove(int descriptor)
    {
        lock (_gate)
        {
            Volatile.Write(ref _readers[descriptor], null);
        }
    }

    private void Run()
    {
        t_current = this;
        int[] events = new int[Batch * EpollEvent.Size];
        while (true)
        {
            int count = LibC.Wait(_epoll, events);
            if (count < 0 && Marshal.GetLastPInvokeError() != LibC.Interrupted)
            {
                throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
            }

            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<int> told = events.AsSpan(i * EpollEvent.Size, EpollEvent.Size);

                // Of a descriptor that was closed meanwhile and given out again, the event may be the former's: the new reader looks in vain once.
                Volatile.Read(ref Volatile.Read(ref _readers)[EpollEvent.Descriptor(told)])?.Told(told[0]);
            }

            for (int i = 0; i < _afterwards.Count; i++)
            {
                _afterwards[i].Execute();
            }

            _afterwards.Clear();
        }
    }
}
