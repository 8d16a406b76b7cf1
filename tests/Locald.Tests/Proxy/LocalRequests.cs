using System.Text;
using Locald.Proxy;

namespace Locald.Tests.Proxy;

/// <summary>Requests as pages and static folders see them.</summary>
internal static class LocalRequests
{
    public const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

    /// <param name="path">Path and, after a question mark, query.</param>
    /// <param name="fields">As <c>accept: text/html</c>.</param>
    public static LocalRequest Get(string path, params string[] fields) => Make("GET", "app.localhost", path, fields);

    public static LocalRequest Make(string method, string host, string path, params string[] fields)
    {
        Dictionary<string, string> known = fields.Select(f => f.Split(": ", 2)).ToDictionary(f => f[0], f => f[1]);
        string[] parts = path.Split('?', 2);
        return new(method, host, 8443, parts[0], parts.Length > 1 ? parts[1] : "", known.GetValueOrDefault);
    }

    public static string? Field(this LocalResponse response, string name) =>
        response.Fields.SingleOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The body as text, of either kind; closes the response.</summary>
    public static string Text(this LocalResponse response)
    {
        using (response)
        {
            if (response.File is not { } file)
            {
                return Encoding.UTF8.GetString(response.Body.Span);
            }

            byte[] bytes = new byte[file.Length];
            int read = RandomAccess.Read(file.Handle, bytes, file.Offset);
            return Encoding.UTF8.GetString(bytes, 0, read);
        }
    }
}
