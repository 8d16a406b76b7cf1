using System.Runtime.InteropServices;

namespace Locald.Proxy.IO.Linux;

/// <summary>struct epoll_event as integers: events, and a descriptor as its data. On x86-64 alone it is packed.</summary>
internal static class EpollEvent
{
    private const int In = 0x1, Out = 0x4, Error = 0x8, HungUp = 0x10, PeerEnded = 0x2000, EdgeTriggered = 1 << 31;
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 1 : 2;

    /// <summary>Integers of one event.</summary>
    internal static readonly int Size = DataAt + 2;

    /// <summary>What to ask for: bytes that came, the end of them, and room for more; each told once.</summary>
    internal static void Write(Span<int> wanted, int descriptor)
    {
        wanted.Clear();
        wanted[0] = In | Out | PeerEnded | EdgeTriggered;
        wanted[DataAt] = descriptor;
    }

    internal static int Descriptor(ReadOnlySpan<int> told) => told[DataAt];

    /// <summary>Whether there is something to read, be it the end.</summary>
    internal static bool IsReadable(int told) => (told & (In | PeerEnded | HungUp | Error)) != 0;

    /// <summary>Whether nothing more will come than what is there.</summary>
    internal static bool HasEnded(int told) => (told & (PeerEnded | HungUp | Error)) != 0;

    /// <summary>Whether there is room, or whoever sends should hear that it broke.</summary>
    internal static bool IsWritable(int told) => (told & (Out | HungUp | Error)) != 0;
}
