using System.Globalization;

namespace Locald.EndToEnd.Fixtures;

/// <summary>What /proc tells about a running process.</summary>
public static class ProcFacts
{
    /// <summary>The most memory it ever had resident, in MiB.</summary>
    public static double PeakMemory(int pid) => Status(pid, "VmHWM:");

    /// <summary>The memory it has resident now, in MiB.</summary>
    public static double Memory(int pid) => Status(pid, "VmRSS:");

    /// <summary>Lets the peak begin anew at what is resident now (proc(5), clear_refs). Returns that, in MiB.</summary>
    public static double ForgetPeak(int pid)
    {
        File.WriteAllText($"/proc/{pid}/clear_refs", "5");
        return PeakMemory(pid);
    }

    /// <summary>The CPU time that it has used, its own and the kernel's for it, in hundredths of a second (proc(5), stat, fields 14 and 15).</summary>
    public static long CpuTicks(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");

        // The second field is the program's name, in parentheses, and may be anything.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    /// <summary>How many descriptors it has open.</summary>
    public static int Descriptors(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;

    /// <summary>The most descriptors that this process and its children may let themselves have.</summary>
    public static long HardDescriptorLimit()
    {
        string line = File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        string hard = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[4];
        return hard == "unlimited" ? long.MaxValue : long.Parse(hard, CultureInfo.InvariantCulture);
    }

    private static double Status(int pid, string name)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
