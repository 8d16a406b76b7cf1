using System.Globalization;

namespace Locald.EndToEnd.Fixtures;

/// <summary>What /proc tells about a running process.</summary>
public static class ProcFacts
{
    /// <summary>The most memory it ever had resident, in MiB.</summary>
    public static double PeakMemory(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>How many descriptors it has open.</summary>
    public static int Descriptors(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;
}
