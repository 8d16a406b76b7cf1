using System.Runtime.InteropServices;

namespace Locald.Trust.MacOS.Interop;

/// <summary>
/// CoreFoundation. What a function with Create or Copy in its name returns is ours to release
/// (https://developer.apple.com/library/archive/documentation/CoreFoundation/Conceptual/CFMemoryMgmt/Concepts/Ownership.html);
/// what one with Get returns is not, and stays a number here.
/// </summary>
internal static unsafe partial class CoreFoundation
{
    internal const string Path = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";

    /// <summary>kCFStringEncodingUTF8.</summary>
    internal const uint Utf8 = 0x08000100;

    /// <summary>kCFNumberSInt32Type.</summary>
    internal const nint Int32Type = 3;

    /// <summary>One more owner of a value that a Get function gave: ours.</summary>
    [LibraryImport(Path)]
    internal static partial CFHandle CFRetain(nint value);

    [LibraryImport(Path)]
    internal static partial void CFRelease(nint value);

    [LibraryImport(Path)]
    internal static partial byte CFEqual(nint one, nint other);

    [LibraryImport(Path)]
    internal static partial CFHandle CFDataCreate(nint allocator, ReadOnlySpan<byte> bytes, nint length);

    [LibraryImport(Path)]
    internal static partial nint CFDataGetLength(CFHandle data);

    [LibraryImport(Path)]
    internal static partial byte* CFDataGetBytePtr(CFHandle data);

    [LibraryImport(Path)]
    internal static partial CFHandle CFStringCreateWithBytes(nint allocator, ReadOnlySpan<byte> bytes, nint length, uint encoding, byte isExternal);

    [LibraryImport(Path)]
    internal static partial byte CFStringGetCString(CFHandle text, Span<byte> buffer, nint size, uint encoding);

    [LibraryImport(Path)]
    internal static partial CFHandle CFDictionaryCreate(nint allocator, ReadOnlySpan<nint> keys, ReadOnlySpan<nint> values, nint count, nint keyCallbacks, nint valueCallbacks);

    [LibraryImport(Path)]
    internal static partial nint CFDictionaryGetValue(nint dictionary, nint key);

    [LibraryImport(Path)]
    internal static partial CFHandle CFArrayCreate(nint allocator, ReadOnlySpan<nint> values, nint count, nint callbacks);

    [LibraryImport(Path)]
    internal static partial nint CFArrayGetCount(CFHandle array);

    [LibraryImport(Path)]
    internal static partial nint CFArrayGetValueAtIndex(CFHandle array, nint index);

    [LibraryImport(Path)]
    internal static partial byte CFNumberGetValue(nint number, nint type, out int value);

    [LibraryImport(Path)]
    internal static partial nint CFErrorGetCode(CFHandle error);

    [LibraryImport(Path)]
    internal static partial CFHandle CFErrorCopyDescription(CFHandle error);
}
