namespace Locald;

/// <summary>What a script may rely on. The numbers are part of the product's contract and never change meaning.</summary>
public enum ExitCode
{
    Done = 0,
    Failed = 1,
    Usage = 2,
    NotTrusted = 3,
    PortInUse = 4,
    Permission = 5,
    UpstreamNotReady = 6,
}
