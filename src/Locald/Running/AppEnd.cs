namespace Locald.Running;

/// <summary>How a command ended.</summary>
/// <param name="Code">Its exit code; as shells have it, 128 and the signal's number where one ended it.</param>
/// <param name="Signal">The number of the signal that ended it; 0 where it ended by itself.</param>
internal readonly record struct AppEnd(int Code, int Signal = 0)
{
    /// <summary>From what waitpid(2) tells.</summary>
    internal static AppEnd FromStatus(int status) => (status & 0x7F) is > 0 and int signal ? new(128 + signal, signal) : new((status >> 8) & 0xFF);

    /// <summary>As <c>exit code 1</c> or <c>signal 9</c>.</summary>
    public override string ToString() => Signal == 0 ? $"exit code {Code}" : $"signal {Signal}";
}
