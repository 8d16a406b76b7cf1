using System.Globalization;
using System.Text;

namespace Locald.Proxy.Pages;

/// <summary>
/// Answers that send a client elsewhere: always 307 and never stored, for a redirect that a browser remembers outlives the tool.
/// </summary>
public static class Redirects
{
    /// <summary>To the same address over https: for plain HTTP on its own port, and for plain HTTP that arrived on the TLS port.</summary>
    /// <param name="request">Its host must be this machine's: under <c>.localhost</c>, or an address of the loopback.</param>
    /// <param name="httpsPort">Where TLS is served.</param>
    public static LocalResponse ToHttps(LocalRequest request, int httpsPort)
    {
        if (!IsThisMachine(request.Host))
        {
            return ErrorPages.Status(request, 421, "Only names under .localhost are served here.");
        }

        string port = httpsPort == 443 ? "" : ":" + httpsPort.ToString(CultureInfo.InvariantCulture);
        string host = request.Host.Contains(':') && !request.Host.StartsWith('[') ? $"[{request.Host}]" : request.Host;
        return Temporary($"https://{host}{port}{(request.Path.StartsWith('/') ? request.Path : "/")}", request.Query);
    }

    /// <summary>307 to an address.</summary>
    /// <param name="address">Absolute or relative; characters that a field's value may not hold are percent-encoded.</param>
    /// <param name="query">Without the question mark; empty where there is none.</param>
    internal static LocalResponse Temporary(string address, string query)
    {
        string location = Encoded(query.Length == 0 ? address : $"{address}?{query}");
        LocalResponse response = new(307) { Body = Encoding.ASCII.GetBytes($"{location}\n") };
        response.Fields.Add(("Location", location));
        response.Fields.Add(("Content-Type", "text/plain; charset=utf-8"));
        response.Fields.Add(("Cache-Control", "no-store"));
        return response;
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal) || host is "127.0.0.1" or "[::1]" or "::1";

    private static string Encoded(string address)
    {
        if (address.All(c => c is > ' ' and < '\x7f'))
        {
            return address;
        }

        StringBuilder text = new(address.Length + 16);
        foreach (char c in address)
        {
            text.Append(c is > ' ' and < '\x7f' ? c.ToString() : "%" + ((int)c & 0xff).ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
