namespace Locald.Trust.Linux;

/// <summary>What os-release(5) says of the distribution.</summary>
/// <param name="Id"><c>ID</c>, lower case; empty where no file says.</param>
/// <param name="Like">The words of <c>ID_LIKE</c>, nearest relative first.</param>
/// <param name="PrettyName">For messages; "this Linux" where no file says.</param>
public sealed record OsRelease(string Id, IReadOnlyList<string> Like, string PrettyName)
{
    public static OsRelease Read(LinuxMachine machine)
    {
        // The standard's order: the administrator's file replaces the vendor's whole.
        string? file = new[] { "/etc/os-release", "/usr/lib/os-release" }.Select(machine.At).FirstOrDefault(File.Exists);
        Dictionary<string, string> values = [];
        try
        {
            foreach (string line in file is null ? [] : File.ReadLines(file))
            {
                int equals = line.IndexOf('=');
                if (equals > 0 && line[0] != '#')
                {
                    values[line[..equals]] = line[(equals + 1)..].Trim().Trim('"', '\'');
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only ever breaks a tie and words a message; an unreadable one is as good as none.
        }

        return new(values.GetValueOrDefault("ID", ""),
            values.GetValueOrDefault("ID_LIKE", "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            values.GetValueOrDefault("PRETTY_NAME") is { Length: > 0 } name ? name : "this Linux");
    }

    /// <summary>How near a family named by these ids is: 0 for the distribution itself, then its relatives in order; null for none.</summary>
    public int? Nearness(IReadOnlyList<string> ids)
    {
        if (ids.Contains(Id))
        {
            return 0;
        }

        for (int i = 0; i < Like.Count; i++)
        {
            if (ids.Contains(Like[i]))
            {
                return i + 1;
            }
        }

        return null;
    }
}
