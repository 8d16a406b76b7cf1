using System.Text;
using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>CoreFoundation's values from and to ours.</summary>
internal static unsafe class CF
{
    internal static CFHandle Data(ReadOnlySpan<byte> bytes) => Made(CoreFoundation.CFDataCreate(0, bytes, bytes.Length));

    internal static CFHandle Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Made(CoreFoundation.CFStringCreateWithBytes(0, utf8, utf8.Length, CoreFoundation.Utf8, isExternal: 0));
    }

    /// <summary>A dictionary that keeps its values. Keys and values stay whoever's they are.</summary>
    internal static CFHandle Dictionary(params ReadOnlySpan<(nint Key, nint Value)> pairs)
    {
        Span<nint> keys = stackalloc nint[pairs.Length];
        Span<nint> values = stackalloc nint[pairs.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            (keys[i], values[i]) = pairs[i];
        }

        return Made(CoreFoundation.CFDictionaryCreate(0, keys, values, pairs.Length,
            Frameworks.Structure("kCFTypeDictionaryKeyCallBacks"), Frameworks.Structure("kCFTypeDictionaryValueCallBacks")));
    }

    internal static CFHandle Array(params ReadOnlySpan<nint> values) =>
        Made(CoreFoundation.CFArrayCreate(0, values, values.Length, Frameworks.Structure("kCFTypeArrayCallBacks")));

    /// <exception cref="SecurityException">Nothing was made: there is no memory.</exception>
    internal static CFHandle Made(CFHandle handle)
    {
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        throw new SecurityException("making a value", SecurityError.Of(SecurityError.Allocate));
    }

    internal static byte[] Bytes(CFHandle data) => new ReadOnlySpan<byte>(CoreFoundation.CFDataGetBytePtr(data), checked((int)CoreFoundation.CFDataGetLength(data))).ToArray();

    /// <summary>A string's text, as far as it fits into a kilobyte; null for none.</summary>
    internal static string? String(CFHandle text)
    {
        Span<byte> buffer = stackalloc byte[1024];
        return !text.IsInvalid && CoreFoundation.CFStringGetCString(text, buffer, buffer.Length, CoreFoundation.Utf8) != 0
            ? Encoding.UTF8.GetString(buffer[..buffer.IndexOf((byte)0)]) : null;
    }
}
