namespace Locald.Proxy;

/// <summary>What locald's own answers (pages, static files) need to know of a request. All of it is the peer's text.</summary>
/// <param name="Method">As it came: methods are case-sensitive.</param>
/// <param name="Host">Lower case, without port.</param>
/// <param name="Port">The port in the Host field, or the scheme's default: the port the client believes it talks to.</param>
/// <param name="Path">Raw, one character per byte; begins with a slash (or is <c>*</c>).</param>
/// <param name="Query">Raw as well, without the question mark; empty where there is none.</param>
/// <param name="Field">The value of a field by its lower-case name, several lines joined with a comma; null where it is absent.</param>
public sealed record LocalRequest(string Method, string Host, int Port, string Path, string Query, Func<string, string?> Field);
