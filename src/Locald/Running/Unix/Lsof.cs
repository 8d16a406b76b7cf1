using System.Globalization;
using Locald.Doctor;

namespace Locald.Running.Unix;

/// <summary>Asks lsof(8), which macOS brings, what a process group listens on: there is no /proc.</summary>
internal static class Lsof
{
    private const string Program = "/usr/sbin/lsof";

    /// <returns>The ports; empty where lsof is missing or sees none.</returns>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    internal static async Task<IReadOnlyList<int>> ListeningAsync(int group, CancellationToken stop) =>
        Parse((await ProgramRun.OfAsync(Program, ["-nP", "-a", "-g", $"{group}", "-iTCP", "-sTCP:LISTEN", "-Fn"], [], stop)).Out);

    /// <summary>Of its output for programs (-F) the names: <c>n127.0.0.1:3000</c>, <c>n[::1]:3000</c>, <c>n*:3000</c>.</summary>
    internal static IReadOnlyList<int> Parse(string output) =>
    [
        .. output.Split('\n')
            .Where(line => line.StartsWith('n'))
            .Select(line => int.TryParse(line[(line.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : 0)
            .Where(port => port > 0)
            .Distinct(),
    ];
}
