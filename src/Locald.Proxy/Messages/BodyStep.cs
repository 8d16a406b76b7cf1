namespace Locald.Proxy.Messages;

/// <summary>What a step over body bytes gave.</summary>
internal enum BodyStep
{
    Data,
    NeedMore,
    End,
    Fault,
}
