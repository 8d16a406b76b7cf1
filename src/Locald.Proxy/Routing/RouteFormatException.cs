namespace Locald.Proxy.Routing;

/// <summary>A route, name or target that cannot be read.</summary>
/// <param name="message">What was found and what was expected, in lower case, without a full stop.</param>
/// <param name="example">A route that would be right, as <c>app=3000</c>.</param>
public sealed class RouteFormatException(string message, string example) : FormatException(message)
{
    public string Example { get; } = example;
}
