using System.Runtime.Versioning;

namespace Locald.Trust.Windows;

/// <summary>What this process may do on Windows, and whether somebody would see a window that it opens.</summary>
/// <param name="Elevated">Whether it may change what belongs to the machine.</param>
/// <param name="Attended">Whether there is a desktop, and a person before it: not in a service, over SSH or in a build.</param>
/// <param name="Automated">Whether a build server runs it.</param>
internal sealed record WindowsSession(bool Elevated, bool Attended, bool Automated)
{
    /// <summary>How long the security warning may stay unanswered.</summary>
    public TimeSpan DialogLimit { get; init; } = WindowsLimits.Dialog;

    /// <summary>How long a change without a question may take.</summary>
    public TimeSpan CallLimit { get; init; } = WindowsLimits.Call;

    /// <summary>A service and an SSH session have a window station that nobody sees: <see cref="Environment.UserInteractive"/> knows.</summary>
    [SupportedOSPlatform("windows")]
    public static WindowsSession OfThisProcess(TrustContext context)
    {
        bool automated = AutomatedBuild.IsThis(context.Variable);
        return new(Environment.IsPrivilegedProcess, Environment.UserInteractive && !automated, automated);
    }
}
