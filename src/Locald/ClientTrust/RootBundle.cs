using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Locald.ClientTrust;

/// <summary>
/// One file with every root that clients trusted so far, and ours: most variables replace a client's roots, so ours alone would cut it off
/// from the web. It names its sources, so that it can be made afresh when the variables already point to it.
/// </summary>
internal sealed class RootBundle
{
    private const string FileName = "bundle.pem";
    private const string SourceMark = "# from ";

    private readonly List<string> _sources;

    private RootBundle(string path, List<string> sources) => (Path, _sources) = (path, sources);

    internal string Path { get; }

    /// <summary>Files that the roots come from. Without any, the bundle holds our root alone.</summary>
    internal IReadOnlyList<string> Sources => _sources;

    /// <summary>Finds what the bundle is made of: the user's own settings, and the system's roots unless SSL_CERT_FILE replaces them.</summary>
    /// <param name="folder">The root's folder.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="systemBundle">The system's own bundle, or null where there is none.</param>
    internal static RootBundle Plan(string folder, Func<string, string?> variable, string? systemBundle)
    {
        string path = System.IO.Path.Combine(folder, FileName);
        string root = System.IO.Path.Combine(folder, "root.pem");
        string[] recorded = RecordedSources(path);
        List<string> sources = [];
        string? chosen = variable("SSL_CERT_FILE");
        if (chosen is null || chosen == root || (chosen != path && !File.Exists(chosen)))
        {
            sources.AddRange(systemBundle is null ? [] : [systemBundle]);
        }

        foreach (ClientVariable client in ClientVariable.All.Where(client => client.File != TrustFile.None))
        {
            string? ambient = variable(client.Name);
            sources.AddRange(ambient == path ? recorded : ambient is null || ambient == root ? [] : [ambient]);
        }

        if (sources.Count == 0 && systemBundle is not null)
        {
            sources.Add(systemBundle);
        }

        return new RootBundle(path, [.. sources.Where(File.Exists).Distinct()]);
    }

    /// <summary>The bundle that an earlier run wrote, of the sources that it names; null where there is none.</summary>
    /// <param name="folder">The root's folder.</param>
    internal static RootBundle? Existing(string folder)
    {
        string path = System.IO.Path.Combine(folder, FileName);
        return File.Exists(path) ? new(path, [.. RecordedSources(path).Where(File.Exists)]) : null;
    }

    /// <summary>Writes the bundle if it would change.</summary>
    /// <param name="roots">Ours: one, or two while one follows the other.</param>
    /// <param name="writeBeside">Writes a file of that name into the root's folder.</param>
    /// <exception cref="UserError">A source cannot be read.</exception>
    internal void Refresh(IEnumerable<X509Certificate2> roots, Action<string, byte[]> writeBeside)
    {
        byte[] content = Encoding.UTF8.GetBytes(Compose(roots));
        if (!Encoding.UTF8.GetBytes(Present(Path)).AsSpan().SequenceEqual(content))
        {
            writeBeside(FileName, content);
        }
    }

    private string Compose(IEnumerable<X509Certificate2> roots)
    {
        StringBuilder text = new();
        text.Append("# Made by locald env, which makes it afresh: the roots of the files below, and locald's own.\n");
        foreach (string source in _sources)
        {
            text.Append(SourceMark).Append(source).Append('\n');
        }

        HashSet<string> seen = [];
        foreach (X509Certificate2 root in roots)
        {
            Append(text, seen, root.ExportCertificatePem());
        }

        Append(text, seen, SystemRoots.WindowsStore());
        foreach (string source in _sources)
        {
            Append(text, seen, Disk.Read(source));
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, HashSet<string> seen, ReadOnlySpan<char> pem)
    {
        while (PemEncoding.TryFind(pem, out PemFields block))
        {
            string certificate = pem[block.Location].ToString().ReplaceLineEndings("\n");
            if (pem[block.Label] is "CERTIFICATE" && seen.Add(certificate))
            {
                text.Append(certificate).Append('\n');
            }

            pem = pem[block.Location.End..];
        }
    }

    /// <summary>What an earlier run wrote; nothing where that cannot be read, since it is then written afresh.</summary>
    private static string Present(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string[] RecordedSources(string path) =>
    [
        .. Present(path).Split('\n').TakeWhile(line => line.StartsWith('#'))
            .Where(line => line.StartsWith(SourceMark, StringComparison.Ordinal)).Select(line => line[SourceMark.Length..]),
    ];
}
