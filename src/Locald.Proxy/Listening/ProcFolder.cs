using System.Globalization;
using System.Text;

namespace Locald.Proxy.Listening;

/// <summary>What a Linux <c>/proc</c> tells of listening sockets and of those who hold them.</summary>
internal sealed class ProcFolder(string root)
{
    /// <summary>Interpreters whose own name says little: the script's is added.</summary>
    private static readonly string[] Interpreters = ["bun", "deno", "dotnet", "java", "node", "php", "python", "ruby"];

    private const int MaxProgramLength = 40;

    internal static ProcFolder System { get; } = new("/proc");

    /// <summary>Every listening TCP socket, with the holders that this user may see; empty where there is no such folder.</summary>
    /// <param name="processes">Which to ask for what they hold; null for all.</param>
    internal IReadOnlyList<PortOwner> Listeners(IReadOnlyList<int>? processes = null)
    {
        ProcNetTcp.Row[] rows = Rows();
        Dictionary<long, int> holders = rows.Length == 0 ? [] : Holders([.. rows.Select(r => r.Inode)], processes ?? Processes());
        Dictionary<int, string?> programs = holders.Values.Distinct().ToDictionary(pid => pid, Program);
        return
        [
            .. rows.Select(r => holders.TryGetValue(r.Inode, out int pid)
                ? new PortOwner(r.Address, r.Port, r.UserId, pid, programs[pid])
                : new PortOwner(r.Address, r.Port, r.UserId)),
        ];
    }

    /// <summary>Every listening TCP socket without its holder, which costs little to know.</summary>
    internal IReadOnlyList<PortOwner> Endpoints() => [.. Rows().Select(r => new PortOwner(r.Address, r.Port, r.UserId))];

    /// <summary>The effective user of this process, or null where it is not told.</summary>
    internal int? CurrentUser()
    {
        // Uid: real effective saved filesystem
        string? line = Read("self/status").Split('\n').FirstOrDefault(l => l.StartsWith("Uid:", StringComparison.Ordinal));
        string[] fields = line?.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [];
        return fields.Length > 2 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint user) ? unchecked((int)user) : null;
    }

    /// <summary>Which process has which socket open: of several (a server's forked workers), the one that came first.</summary>
    private Dictionary<long, int> Holders(HashSet<long> inodes, IEnumerable<int> processes)
    {
        Dictionary<long, int> holders = [];
        foreach (int pid in processes)
        {
            foreach (string file in Entries($"{root}/{pid}/fd"))
            {
                if (SocketInode(file) is { } inode && inodes.Contains(inode))
                {
                    holders.TryAdd(inode, pid);
                }
            }

            if (holders.Count == inodes.Count)
            {
                break;
            }
        }

        return holders;
    }

    private ProcNetTcp.Row[] Rows() => [.. ProcNetTcp.Listening(Read("net/tcp")), .. ProcNetTcp.Listening(Read("net/tcp6"))];

    private IEnumerable<int> Processes() =>
        Entries(root)
            .Select(p => int.TryParse(Path.GetFileName(p), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Order();

    /// <summary>Folders of other users' processes, and of those that just ended, cannot be read: they have no entries.</summary>
    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>An open socket is a link to <c>socket:[inode]</c>.</summary>
    private static long? SocketInode(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget is { } link && link.StartsWith("socket:[", StringComparison.Ordinal) && link.EndsWith(']')
                && long.TryParse(link.AsSpan(8, link.Length - 9), NumberStyles.None, CultureInfo.InvariantCulture, out long inode) ? inode : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// The command line tells more than the kernel's name for the process, which is cut at 15 bytes and is that of a thread for some
    /// runtimes (Node's is MainThread).
    /// </summary>
    private string? Program(int pid)
    {
        string[] words = Read($"{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return Clean(Read($"{pid}/comm").Trim());
        }

        // A process that renamed itself ("next-server (v15)", "nginx: master process") has one word with spaces in it.
        string name = Path.GetFileName(words.Length == 1 ? words[0].Split(' ')[0].TrimEnd(':') : words[0]);
        string? script = Interpreters.Any(i => name.StartsWith(i, StringComparison.Ordinal))
            ? words.Skip(1).FirstOrDefault(w => !w.StartsWith('-'))
            : null;
        return Clean(script is null ? name : $"{name} {Path.GetFileName(script)}");
    }

    private static string? Clean(string name)
    {
        string clean = new([.. name.Where(c => !char.IsControl(c)).Take(MaxProgramLength)]);
        return clean.Length == 0 ? null : clean;
    }

    private string Read(string file)
    {
        try
        {
            return File.ReadAllText($"{root}/{file}", Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
