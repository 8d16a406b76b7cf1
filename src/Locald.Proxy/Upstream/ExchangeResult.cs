namespace Locald.Proxy.Upstream;

/// <summary>How an exchange with an upstream ended.</summary>
/// <param name="KeepAlive">Whether the client's connection may carry another request.</param>
/// <param name="Fault">Why there is no response to the client yet; null where one was sent.</param>
/// <param name="Detail">The fault in words, for the page and the log.</param>
internal readonly record struct ExchangeResult(bool KeepAlive, UpstreamFault? Fault = null, string Detail = "");
