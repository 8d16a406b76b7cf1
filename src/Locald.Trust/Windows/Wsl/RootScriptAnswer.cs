using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Locald.Trust.Windows.Wsl;

/// <summary>A store that could not be read or changed, with Windows' code (HRESULT) and words.</summary>
internal sealed record RootScriptFault(StoreLocation Location, int Code, string Message);

/// <summary>
/// What <see cref="RootScript"/> said:
/// <code>
/// failed CurrentUser -2147023673 VGhlIG9wZXJhdGlvbiB3YXMgY2FuY2VsZWQ=
/// Root CurrentUser MIIB…
/// end
/// </code>
/// Lines that are none of these are passed over: a profile, a virus scanner and WSL itself put theirs between.
/// </summary>
internal sealed class RootScriptAnswer
{
    private readonly Dictionary<(StoreName Name, StoreLocation Location), List<byte[]>> _lists = [];

    private RootScriptAnswer()
    {
    }

    /// <summary>Whether it came to its end; without that nothing may be concluded from what is missing.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether a policy lets PowerShell call nothing of .NET (ConstrainedLanguage).</summary>
    public bool Restricted { get; private set; }

    /// <summary>Whether no change was tried because nobody would see the security warning.</summary>
    public bool Unattended { get; private set; }

    /// <summary>Whether a policy keeps Windows from looking at the user's own roots.</summary>
    public bool UserRootsForbidden { get; private set; }

    /// <summary>Changes that failed.</summary>
    public List<RootScriptFault> Failed { get; } = [];

    /// <summary>Lists that could not be read.</summary>
    public List<RootScriptFault> Unread { get; } = [];

    /// <summary>The certificates of one list that are the wanted one or may be its predecessors.</summary>
    public IReadOnlyList<byte[]> List(StoreName name, StoreLocation location)
    {
        List<byte[]> all = [.. _lists.GetValueOrDefault((name, location), [])];
        if (location == StoreLocation.CurrentUser)
        {
            // PowerShell shows the machine's certificates among the user's, once each; the rest is the user's own.
            foreach (byte[] lent in _lists.GetValueOrDefault((name, StoreLocation.LocalMachine), []))
            {
                int at = all.FindIndex(der => der.AsSpan().SequenceEqual(lent));
                if (at >= 0)
                {
                    all.RemoveAt(at);
                }
            }
        }

        return all;
    }

    /// <param name="output">Standard output in any encoding that has ASCII in it; UTF-16 was read as a byte a character.</param>
    public static RootScriptAnswer Parse(string output)
    {
        RootScriptAnswer answer = new();
        string ascii = new([.. output.Where(c => c is '\n' or (>= ' ' and <= '~'))]);
        foreach (string line in ascii.Split('\n'))
        {
            answer.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return answer;
    }

    private void Read(string[] words)
    {
        switch (words)
        {
            case ["end"]:
                IsWhole = true;
                break;
            case ["restricted"]:
                Restricted = true;
                break;
            case ["unattended"]:
                Unattended = true;
                break;
            case ["forbidden"]:
                UserRootsForbidden = true;
                break;
            case ["failed", _, _, ..] when Fault(words) is { } fault:
                Failed.Add(fault);
                break;
            case ["unread", _, _, ..] when Fault(words) is { } fault:
                Unread.Add(fault);
                break;
            case ["Root" or "Disallowed", "CurrentUser" or "LocalMachine", string der] when FromBase64(der) is { } bytes:
                (StoreName, StoreLocation) list = (Enum.Parse<StoreName>(words[0]), Enum.Parse<StoreLocation>(words[1]));
                _lists.TryAdd(list, []);
                _lists[list].Add(bytes);
                break;
        }
    }

    private static RootScriptFault? Fault(string[] words)
    {
        if (words[1] is not ("CurrentUser" or "LocalMachine") || !int.TryParse(words[2], out int code))
        {
            return null;
        }

        byte[] message = words.Length > 3 ? FromBase64(words[3]) ?? [] : [];
        return new(Enum.Parse<StoreLocation>(words[1]), code, Encoding.UTF8.GetString(message));
    }

    private static byte[]? FromBase64(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : null;
    }
}
