namespace Locald.Running;

/// <summary>Signals by their numbers (signal(7)); some have others in the BSDs and macOS.</summary>
internal static class SignalNumber
{
    internal const int Hangup = 1;
    internal const int Interrupt = 2;
    internal const int Quit = 3;
    internal const int Kill = 9;
    internal const int Pipe = 13;
    internal const int Terminate = 15;
    internal const int TerminalInput = 21;
    internal const int TerminalOutput = 22;

    internal static readonly int Continue = OperatingSystem.IsLinux() ? 18 : 19;
    internal static readonly int Suspend = OperatingSystem.IsLinux() ? 20 : 18;
    internal static readonly int User1 = OperatingSystem.IsLinux() ? 10 : 30;
    internal static readonly int User2 = OperatingSystem.IsLinux() ? 12 : 31;
}
