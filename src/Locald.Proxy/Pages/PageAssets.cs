namespace Locald.Proxy.Pages;

/// <summary>Style, scripts and drawings of every page; they are in the program itself.</summary>
internal static class PageAssets
{
    private const string PadlockPaths =
        "<path d='M7 10V7.5a5 5 0 0 1 10 0V10' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round'/>"
        + "<rect x='4.5' y='10' width='15' height='11' rx='3' fill='currentColor'/>";

    internal static HtmlText.Asset Padlock { get; } =
        new($"<svg viewBox='0 0 24 24' width='20' height='20' aria-hidden='true'>{PadlockPaths}</svg>");

    internal static string Icon { get; } = "data:image/svg+xml,"
        + Uri.EscapeDataString($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' color='#17744a'>{PadlockPaths}</svg>");

    internal static HtmlText.Asset Style { get; } = Read("page.css");

    /// <summary>Of a page that waits for an app.</summary>
    internal static HtmlText.Asset Waiting { get; } = Read("waiting.js");

    internal static HtmlText.Asset Dashboard { get; } = Read("dashboard.js");

    private static HtmlText.Asset Read(string name)
    {
        using StreamReader reader = new(typeof(PageAssets).Assembly.GetManifestResourceStream(name)!);
        return new(reader.ReadToEnd());
    }
}
