namespace Locald.Trusting;

/// <summary>How sudo is called: at a terminal it may ask for a password; without one it does only what needs none, as on most of CI's machines.</summary>
internal static class Sudo
{
    /// <summary>Its own options; the command follows.</summary>
    internal static string[] Options(Terminal terminal) => terminal.Interactive ? ["--"] : ["-n", "--"];

    /// <summary>What is said before it is called.</summary>
    /// <param name="what">What needs root, as "changing the system store".</param>
    /// <param name="terminal">Where it would ask.</param>
    internal static string Announce(string what, Terminal terminal) =>
        terminal.Interactive ? $"{what} needs root: sudo may ask for your password" : $"{what} needs root: sudo is called";

    /// <summary>Why nothing came of it. It has said itself what it has against it.</summary>
    internal static string Refusal(string what, Terminal terminal) =>
        terminal.Interactive ? $"sudo did not {what}" : $"sudo did not {what}, and there is no terminal to ask for a password on";
}
