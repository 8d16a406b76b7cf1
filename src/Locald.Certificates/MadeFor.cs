using System.Text;

namespace Locald.Certificates;

/// <summary>Tells in the root's name whose it is, for a person who finds it in a list of trusted roots years later.</summary>
internal static class MadeFor
{
    /// <summary><c>user@host</c>, of which only plain characters are kept.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="behindSudo">Whether the root is made for the user who called sudo.</param>
    /// <param name="host">The machine's name.</param>
    internal static string Describe(Func<string, string?> variable, bool behindSudo, string host)
    {
        // Environment.UserName asks the name service, which fails where there is no /etc/passwd.
        string[] places = behindSudo ? ["SUDO_USER", "USER"] : ["USER", "LOGNAME", "USERNAME"];
        string user = places.Select(place => Clean(variable(place))).FirstOrDefault(name => name.Length > 0, "user");
        string machine = Clean(host.Split('.')[0]);
        return $"{user}@{(machine.Length > 0 ? machine : "host")}";
    }

    private static string Clean(string? text)
    {
        StringBuilder clean = new();
        foreach (char c in (text ?? "").AsSpan(0, Math.Min(text?.Length ?? 0, 20)))
        {
            clean.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-');
        }

        return clean.ToString().Trim('-');
    }
}
