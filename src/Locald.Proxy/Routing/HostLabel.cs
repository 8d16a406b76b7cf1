namespace Locald.Proxy.Routing;

/// <summary>One label of a name, made of text that was not meant as one: a package's name, a folder's, a branch's.</summary>
public static class HostLabel
{
    /// <summary>RFC 1035 §2.3.4.</summary>
    internal const int MaxLength = 63;

    /// <summary>
    /// Lower-case letters and digits as they are, whatever stands between them as one hyphen: <c>My_App 🚀</c> becomes <c>my-app</c>,
    /// <c>feat/login</c> becomes <c>feat-login</c>.
    /// </summary>
    /// <returns>A label of letters, digits and inner hyphens (RFC 1123 §2.1), cut to 63 characters; null where nothing is left.</returns>
    public static string? Mend(string text)
    {
        Span<char> label = stackalloc char[MaxLength];
        int length = 0;
        bool gap = false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                gap = length > 0;
                continue;
            }

            if (length + (gap ? 2 : 1) > MaxLength)
            {
                break;
            }

            if (gap)
            {
                label[length++] = '-';
                gap = false;
            }

            label[length++] = char.ToLowerInvariant(c);
        }

        return length == 0 ? null : label[..length].ToString();
    }

    /// <summary>Several labels, each mended, in one name with its dots: <c>API.My_App</c> becomes <c>api.my-app</c>.</summary>
    /// <returns>Null where nothing is left.</returns>
    public static string? MendAll(string name)
    {
        string mended = string.Join('.', name.Split('.').Select(Mend).OfType<string>());
        return mended.Length == 0 ? null : mended;
    }
}
