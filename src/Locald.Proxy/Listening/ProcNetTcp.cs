using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Locald.Proxy.Listening;

/// <summary>Reads the table of <c>/proc/net/tcp</c> and <c>/proc/net/tcp6</c> (proc_net_tcp in the kernel's documentation).</summary>
internal static class ProcNetTcp
{
    private const string ListenState = "0A";

    /// <summary>One listening socket.</summary>
    internal readonly record struct Row(IPAddress Address, int Port, int UserId, long Inode);

    /// <summary>The rows that listen; a line that is not as documented is passed over.</summary>
    internal static IEnumerable<Row> Listening(string table)
    {
        foreach (string line in table.Split('\n'))
        {
            // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ...
            string[] f = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (f.Length >= 10 && f[3] == ListenState
                && TryReadEndpoint(f[1], out IPAddress? address, out int port)
                && uint.TryParse(f[7], NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
                && long.TryParse(f[9], NumberStyles.None, CultureInfo.InvariantCulture, out long inode))
            {
                yield return new(address, port, unchecked((int)user), inode);
            }
        }
    }

    /// <summary>As <c>0100007F:0BB8</c>: words of the address in the machine's byte order, then the port in hexadecimal.</summary>
    private static bool TryReadEndpoint(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address, out int port)
    {
        (address, port) = (null, 0);
        int colon = text.IndexOf(':');
        if (colon is not (8 or 32) || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort number))
        {
            return false;
        }

        Span<uint> words = stackalloc uint[colon / 8];
        for (int i = 0; i < words.Length; i++)
        {
            if (!uint.TryParse(text.AsSpan(i * 8, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[i]))
            {
                return false;
            }
        }

        (address, port) = (new(MemoryMarshal.AsBytes(words)), number);
        return number > 0;
    }
}
