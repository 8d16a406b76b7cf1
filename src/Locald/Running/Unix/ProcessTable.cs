using System.Globalization;
using System.Runtime.Versioning;

namespace Locald.Running.Unix;

/// <summary>Who runs on this machine and who started whom, as Linux's <c>/proc</c> tells it.</summary>
[SupportedOSPlatform("linux")]
internal static class ProcessTable
{
    private readonly record struct Row(int Pid, int Parent, int Group, bool IsAlive);

    /// <summary>What an app consists of: the processes of its group, those below us, and all that they started.</summary>
    /// <param name="ancestor">Our own process id; orphans of the app have become our children.</param>
    /// <param name="group">The app's process group.</param>
    /// <param name="except">A child of ours that is no part of the app.</param>
    /// <returns>Those that are alive; what only waits for its parent to take notice is not.</returns>
    internal static IReadOnlyList<int> Family(int ancestor, int group, int? except)
    {
        Row[] rows = [.. Directory.EnumerateDirectories("/proc").Select(Read).OfType<Row>().Where(r => r.Pid != except)];
        ILookup<int, Row> children = rows.ToLookup(r => r.Parent);
        HashSet<int> family = [];
        Queue<Row> next = new([.. children[ancestor], .. rows.Where(r => r.Group == group)]);
        while (next.TryDequeue(out Row row))
        {
            if (row.Pid != ancestor && family.Add(row.Pid))
            {
                foreach (Row child in children[row.Pid])
                {
                    next.Enqueue(child);
                }
            }
        }

        return [.. rows.Where(r => r.IsAlive && family.Contains(r.Pid)).Select(r => r.Pid)];
    }

    /// <summary>proc_pid_stat(5): id, name in parentheses, state, parent, group.</summary>
    private static Row? Read(string folder)
    {
        if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
        {
            return null;
        }

        try
        {
            string stat = File.ReadAllText($"{folder}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 4);
            return new(pid, int.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[2], CultureInfo.InvariantCulture), fields[0] is not ("Z" or "X"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // It has just ended.
            return null;
        }
    }
}
