using System.Globalization;
using System.Net;
using System.Text;

namespace Locald.Certificates;

/// <summary>
/// Reads the names that a certificate may carry. What it is given is an attacker's text: nothing is allocated but for names
/// in Unicode, and nothing is remembered.
/// </summary>
public static class ServerName
{
    internal const string Localhost = "localhost";

    /// <summary>Checks a host name and lower-cases it.</summary>
    /// <param name="text">The name as a client or a user wrote it, without a trailing dot (RFC 6066 §3).</param>
    /// <param name="lower">Room for the result: 253 characters are always enough.</param>
    /// <param name="length">Characters written; 0 where the name is refused.</param>
    /// <returns><see cref="NameFault.None"/> for <c>localhost</c> and well-formed names below it, else why not.</returns>
    public static NameFault Parse(ReadOnlySpan<char> text, Span<char> lower, out int length)
    {
        length = 0;
        if (text.IsEmpty || text.Length > Limits.Name)
        {
            return text.IsEmpty ? NameFault.Empty : NameFault.TooLong;
        }

        int label = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '.')
            {
                if (label == 0 || text[i - 1] == '-')
                {
                    return label == 0 ? NameFault.EmptyLabel : NameFault.NotLdh;
                }

                label = 0;
            }
            else if (!char.IsAsciiLetterOrDigit(c) && (c != '-' || label == 0))
            {
                return NameFault.NotLdh;
            }
            else if (++label > Limits.Label)
            {
                return NameFault.TooLong;
            }

            lower[i] = char.ToLowerInvariant(c);
        }

        if (label == 0 || text[^1] == '-')
        {
            return label == 0 ? NameFault.EmptyLabel : NameFault.NotLdh;
        }

        ReadOnlySpan<char> name = lower[..text.Length];
        if (!name.SequenceEqual(Localhost) && !name.EndsWith(".localhost"))
        {
            return NameFault.NotLocal;
        }

        length = text.Length;
        return NameFault.None;
    }

    /// <summary>
    /// The name in letters that certificates know: SslStream hands out what a client sent as <c>xn--</c> in Unicode.
    /// What has no such form is given back as it is, and is no name.
    /// </summary>
    public static string ToAscii(string name)
    {
        if (Ascii.IsValid(name) || name.Length > Limits.Name)
        {
            return name;
        }

        try
        {
            return new IdnMapping().GetAscii(name);
        }
        catch (ArgumentException)
        {
            return name;
        }
    }

    /// <summary>The form in which a certificate names a host, a wildcard or a loopback address.</summary>
    /// <exception cref="NameException">There is no certificate for such a name.</exception>
    public static string Canonical(string name)
    {
        if (IsLoopbackAddress(name, out IPAddress address))
        {
            return address.ToString();
        }

        string host = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        Span<char> lower = stackalloc char[Limits.Name];
        int length = 0;
        NameFault fault = host.Contains('*') ? NameFault.PartialWildcard : Parse(ToAscii(host), lower, out length);
        if (fault != NameFault.None)
        {
            throw new NameException(fault, name);
        }

        string parsed = lower[..length].ToString();
        return host.Length == name.Length ? parsed
            : parsed == Localhost ? throw new NameException(NameFault.TopLevelWildcard, name)
            : parsed.Length > Limits.Name - 2 ? throw new NameException(NameFault.TooLong, name)
            : $"*.{parsed}";
    }

    /// <summary>Whether the text is an address of this machine's loopback: any of 127.0.0.0/8, or ::1.</summary>
    public static bool IsLoopbackAddress(ReadOnlySpan<char> text, out IPAddress address)
    {
        // IPAddress also reads "1" and "127.1", which are no addresses to a browser's user.
        bool literal = text.Contains(':') || (text.Count('.') == 3 && char.IsAsciiDigit(text[^1]));
        address = IPAddress.None;
        return literal && IPAddress.TryParse(text, out address!) && !address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address);
    }
}
