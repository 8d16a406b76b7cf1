namespace Locald.Proxy.Pages.Dashboard;

/// <summary>What is known of a target.</summary>
internal enum Health
{
    /// <summary>It did not say within the time that a page has.</summary>
    Unknown,

    /// <summary>The app is being started.</summary>
    Starting,

    /// <summary>Something listens there, or the folder exists.</summary>
    Up,

    Down,
}
