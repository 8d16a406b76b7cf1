namespace Locald.Proxy.Pages.Dashboard;

/// <summary>How a state is coloured, beside the word that says it: a class of the stylesheet.</summary>
internal static class Mood
{
    private const string Good = "good", Bad = "bad", Odd = "odd", None = "none";

    internal static string Of(Health health) => health switch
    {
        Health.Up => Good,
        Health.Down => Bad,
        Health.Starting => Odd,
        _ => None,
    };

    internal static string Of(StoreFacts store) => store.IsTrusted ? Good : store.Counts ? Bad : None;

    /// <summary>The state in a word, for persons and programs.</summary>
    internal static string Word(Health health) => health switch
    {
        Health.Up => "up",
        Health.Down => "down",
        Health.Starting => "starting",
        _ => "unknown",
    };
}
