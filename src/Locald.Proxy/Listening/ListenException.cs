using System.Net;

namespace Locald.Proxy.Listening;

/// <summary>Why nothing listens.</summary>
public enum ListenFault
{
    /// <summary>The text is no address and port.</summary>
    BadAddress,

    /// <summary>Something else listens there.</summary>
    InUse,

    /// <summary>The system keeps this port for the privileged.</summary>
    NotPermitted,

    /// <summary>The address is not one of this machine's.</summary>
    NotLocal,

    /// <summary>What systemd handed over is not a listening TCP socket.</summary>
    BadActivation,

    /// <summary>Whatever else the system said.</summary>
    Other,
}

/// <summary>Listening did not come about.</summary>
/// <param name="fault">Why, for a program.</param>
/// <param name="message">Why, for a person: lower case, no full stop.</param>
/// <param name="endPoint">Where it was tried; null where it did not come to that.</param>
public sealed class ListenException(ListenFault fault, string message, IPEndPoint? endPoint = null) : Exception(message)
{
    public ListenFault Fault { get; } = fault;

    public IPEndPoint? EndPoint { get; } = endPoint;
}
