namespace Locald.Trust;

/// <summary>One thing that will be done to a store.</summary>
/// <param name="What">For a person, lower case: "write /usr/local/share/ca-certificates/locald-….crt".</param>
/// <param name="Command">The same as a shell command, without sudo.</param>
public sealed record Step(string What, string Command);
