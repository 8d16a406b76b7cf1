using Locald.Proxy.Messages;

namespace Locald.Proxy.Http1;

/// <summary>Finds the end of a head in bytes that arrive in pieces, looking at each byte once.</summary>
internal struct HeadScanner
{
    private int _scanned;

    /// <summary>
    /// The head's length with its empty line, 0 where more bytes are needed, or a fault: a line feed without a carriage return is
    /// told at once, since the empty line that would end such a head never comes.
    /// </summary>
    internal HeadFault Find(ReadOnlySpan<byte> bytes, out int length)
    {
        while (true)
        {
            int lf = bytes[_scanned..].IndexOf((byte)'\n');
            if (lf < 0)
            {
                _scanned = bytes.Length;
                length = 0;
                return bytes.Length >= Limits.Head ? HeadFault.HeadTooLong : HeadFault.None;
            }

            // The bound comes first: whether a later fault is in sight depends on how the bytes arrived.
            int at = _scanned + lf;
            if (at >= Limits.Head)
            {
                length = 0;
                return HeadFault.HeadTooLong;
            }

            if (at == 0 || bytes[at - 1] != '\r')
            {
                length = 0;
                return HeadFault.BareLineFeed;
            }

            _scanned = at + 1;
            if (at >= 3 && bytes[at - 2] == '\n')
            {
                length = _scanned;
                return HeadFault.None;
            }
        }
    }
}
