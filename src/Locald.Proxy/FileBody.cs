using Microsoft.Win32.SafeHandles;

namespace Locald.Proxy;

/// <summary>A part of an open file, to be sent as a response's body.</summary>
/// <param name="Handle">Open for reading; whoever writes the response closes it.</param>
/// <param name="Offset">Bytes from the file's start.</param>
/// <param name="Length">Bytes to send. A file that shrank meanwhile cannot fill them: then the connection is closed.</param>
public sealed record FileBody(SafeFileHandle Handle, long Offset, long Length);
