using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Locald.Proxy.Routing;

/// <summary>Tells the shapes of a target apart, and says what is wrong with what is none of them.</summary>
internal static class TargetParser
{
    /// <summary>Bytes of a Unix socket's path: <c>sun_path</c> less its final zero (unix(7); 104 on macOS).</summary>
    private static readonly int MaxSocketPath = OperatingSystem.IsMacOS() ? 103 : 107;

    internal static Target Parse(string text, string baseFolder)
    {
        if (text.Length == 0)
        {
            throw Wrong(text, "the target is missing", "app=3000");
        }

        if (text.Any(char.IsControl))
        {
            throw Wrong(text, "it holds a control character", "app=3000");
        }

        if (text.All(char.IsAsciiDigit))
        {
            return Loopback(text, text);
        }

        if (text.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            return UnixSocket(text, baseFolder);
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            return Uri(text, text[..scheme].ToLowerInvariant(), text[(scheme + 3)..]);
        }

        return LooksLikeFolder(text) ? Folder(text, baseFolder) : Authority(text, text, UpstreamScheme.Http, path: null, defaultPort: null);
    }

    private static UpstreamTarget Loopback(string text, string port) =>
        new() { Host = "localhost", Port = PortOf(text, port), Addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback] };

    private static UpstreamTarget UnixSocket(string text, string baseFolder)
    {
        string given = text["unix:".Length..];
        string path = given.StartsWith("//", StringComparison.Ordinal) ? given[2..] : given;
        if (path.Length == 0)
        {
            throw Wrong(text, "the socket's path is missing", "app=unix:/run/app.sock");
        }

        string full = Path.GetFullPath(path, baseFolder);
        if (Encoding.UTF8.GetByteCount(full) > MaxSocketPath)
        {
            throw Wrong(text, $"the path of a Unix socket has at most {MaxSocketPath} bytes", "app=unix:/run/app.sock");
        }

        return new() { Host = "localhost", UnixPath = full };
    }

    private static UpstreamTarget Uri(string text, string scheme, string rest)
    {
        (UpstreamScheme kind, int port) = scheme switch
        {
            "http" => (UpstreamScheme.Http, 80),
            "https" => (UpstreamScheme.Https, 443),
            "ws" or "wss" => throw Wrong(text, "WebSockets travel over http:// and https:// targets", "app=" + (scheme == "ws" ? "http://" : "https://") + rest),
            "h2c" => (UpstreamScheme.H2c, 80),
            "grpc" or "grpcs" => throw Wrong(text, "gRPC travels over h2c:// and https:// targets", "app=" + (scheme == "grpc" ? "h2c://" : "https://") + rest),
            _ => throw Wrong(text, $"'{scheme}' is not a scheme that locald speaks; expected http, https or h2c", "app=http://127.0.0.1:3000"),
        };

        if (rest.AsSpan().IndexOfAny('?', '#') >= 0)
        {
            throw Wrong(text, "a target has no query and no fragment", "app=http://127.0.0.1:3000/base");
        }

        int slash = rest.IndexOf('/');
        string? path = slash < 0 ? null : rest[slash..];
        CheckPath(text, path);
        return Authority(text, slash < 0 ? rest : rest[..slash], kind, path, port);
    }

    private static void CheckPath(string text, string? path)
    {
        if (path is null)
        {
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(path);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' ? UriText.Encoded(bytes, i) <= 0 : bytes[i] != '/' && !UriText.IsPathCharacter((char)bytes[i]))
            {
                throw Wrong(text, "its path needs percent-encoding", "app=http://127.0.0.1:3000/my%20base");
            }
        }

        if (UriText.HasDotSegment(bytes))
        {
            throw Wrong(text, "its path has dot segments", "app=http://127.0.0.1:3000/base");
        }
    }

    private static UpstreamTarget Authority(string text, string authority, UpstreamScheme scheme, string? path, int? defaultPort)
    {
        if (authority.Contains('@'))
        {
            throw Wrong(text, "a user name or password has no place in a target", "app=http://127.0.0.1:3000");
        }

        // The colon before a port is the last one, and stands after the bracket of an IPv6 address.
        int colon = authority.LastIndexOf(':');
        bool bracketed = authority.StartsWith('[');
        if (bracketed && colon < authority.IndexOf(']'))
        {
            colon = -1;
        }

        string host = (colon < 0 ? authority : authority[..colon]).ToLowerInvariant();
        string? portText = colon < 0 ? null : authority[(colon + 1)..];
        if (portText is null && defaultPort is null)
        {
            throw Wrong(text, "expected a port, HOST:PORT, http://…, https://…, h2c://…, unix:/path or ./folder", "app=3000");
        }

        int port = portText is null ? defaultPort!.Value : PortOf(text, portText);
        if (host.Length == 0 && defaultPort is null)
        {
            return Loopback(text, portText!);
        }

        return new() { Scheme = scheme, Host = HostOf(text, host, bracketed, out IPAddress[] addresses), Port = port, Addresses = addresses, Path = path };
    }

    private static string HostOf(string text, string host, bool bracketed, out IPAddress[] addresses)
    {
        if (bracketed || host.Contains(':'))
        {
            if (!bracketed || !host.EndsWith(']') || host.Contains('%')
                || !IPAddress.TryParse(host[1..^1], out IPAddress? six) || six.AddressFamily != AddressFamily.InterNetworkV6)
            {
                throw Wrong(text, "an IPv6 address stands in brackets", "app=[::1]:3000");
            }

            addresses = Dialled(six);
            return six.ToString();
        }

        if (host.Length > 0 && host.All(c => char.IsAsciiDigit(c) || c == '.'))
        {
            // Octal, hexadecimal and short forms parse too, and mean something else to other readers.
            if (!IPAddress.TryParse(host, out IPAddress? four) || four.ToString() != host)
            {
                throw Wrong(text, $"'{host}' is not an IPv4 address", "app=127.0.0.1:3000");
            }

            addresses = Dialled(four);
            return host;
        }

        // Underscores are no host name's, but container names have them.
        if (host.Length is 0 or > 253 || !host.Split('.').All(l => l.Length is > 0 and <= 63 && l.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
        {
            throw Wrong(text, host.Length == 0 ? "the host is missing" : $"'{host}' is not a host name", "app=127.0.0.1:3000");
        }

        bool loopback = host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);
        addresses = loopback ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [];
        return host;
    }

    /// <summary>What servers print as their address ("listening on 0.0.0.0:3000") is reached over loopback.</summary>
    private static IPAddress[] Dialled(IPAddress address)
    {
        if (address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.Any))
        {
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        }

        return address.Equals(IPAddress.IPv6Loopback) || address.Equals(IPAddress.IPv6Any) ? [IPAddress.IPv6Loopback, IPAddress.Loopback] : [address];
    }

    private static bool LooksLikeFolder(string text) =>
        text[0] is '.' or '/' or '~' || Path.IsPathFullyQualified(text) || (OperatingSystem.IsWindows() && text.Contains('\\'));

    private static FolderTarget Folder(string text, string baseFolder)
    {
        if (text[0] == '~')
        {
            throw Wrong(text, "the shell did not expand the ~", $"app=$HOME{text[1..]}");
        }

        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, baseFolder));
        if (File.Exists(full))
        {
            throw Wrong(text, "it is a file; a static target is a folder", $"app={Path.GetDirectoryName(full)}");
        }

        if (!Directory.Exists(full))
        {
            throw Wrong(text, $"there is no folder {full}", "app=./public");
        }

        return new(full);
    }

    private static int PortOf(string text, string port) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535
            ? number
            : throw Wrong(text, "a port is a number from 1 to 65535", "app=3000");

    private static RouteFormatException Wrong(string text, string why, string example) => new($"'{text}' is not a target: {why}", example);
}
