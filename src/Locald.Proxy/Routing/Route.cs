namespace Locald.Proxy.Routing;

/// <summary>Who is served, and by what.</summary>
public sealed record Route(RouteName Name, Target Target)
{
    /// <summary>Set while the target is an app that is still being started; null where it is expected to answer.</summary>
    public Boot? Boot { get; init; }

    /// <summary>Reads <c>NAME=TARGET</c>.</summary>
    /// <param name="text">As a user types it.</param>
    /// <param name="baseFolder">Absolute; what a relative folder or socket is relative to.</param>
    /// <exception cref="RouteFormatException">Which part is wrong, and what was expected.</exception>
    public static Route Parse(string text, string baseFolder)
    {
        int equals = text.IndexOf('=');
        if (equals < 0)
        {
            bool lonelyPort = text.Length > 0 && text.All(char.IsAsciiDigit);
            throw new RouteFormatException($"'{text}' is not a route: expected NAME=TARGET", lonelyPort ? $"app={text}" : "app=3000");
        }

        return new(RouteName.Parse(text[..equals]), Target.Parse(text[(equals + 1)..], baseFolder));
    }

    public override string ToString() => $"{Name} -> {Target}";
}
