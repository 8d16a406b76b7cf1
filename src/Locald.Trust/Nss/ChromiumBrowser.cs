namespace Locald.Trust.Nss;

/// <summary>A browser of Chromium's family: all of them read the one database of the user. Facts only.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Executables">Its commands; any of them in a system folder or in PATH means that it is installed.</param>
/// <param name="ConfigFolders">Its folders under the user's configuration folder; any of them says that it ran once.</param>
/// <param name="Snap">The name of its snap, which has a home of its own; null where there is none.</param>
/// <param name="Flatpaks">The ids of its flatpaks, which have homes of their own.</param>
/// <param name="PolicyFolder">Where it reads an administrator's policies; null where its maker does not tell.</param>
public sealed record ChromiumBrowser(string Name, string[] Executables, string[] ConfigFolders, string? Snap, string[] Flatpaks, string? PolicyFolder)
{
    /// <summary>Folders under the user's cache folder in which a tool keeps a browser of its own.</summary>
    public string[] CacheFolders { get; private init; } = [];

    /// <summary>Where its snap reads policies: Ubuntu's Chromium has kept the folder of the package that it was.</summary>
    public string? SnapPolicyFolder { get; private init; }

    public static IReadOnlyList<ChromiumBrowser> All { get; } =
    [
        new("Chrome", ["google-chrome", "google-chrome-stable", "google-chrome-beta", "google-chrome-unstable", "google-chrome-canary"],
            ["google-chrome", "google-chrome-beta", "google-chrome-unstable", "google-chrome-canary"],
            null, ["com.google.Chrome", "com.google.ChromeDev"], "/etc/opt/chrome/policies/managed"),
        new("Chromium", ["chromium", "chromium-browser", "ungoogled-chromium"], ["chromium"],
            "chromium", ["org.chromium.Chromium", "io.github.ungoogled_software.ungoogled_chromium"], "/etc/chromium/policies/managed")
        {
            SnapPolicyFolder = "/etc/chromium-browser/policies/managed",
        },
        new("Edge", ["microsoft-edge", "microsoft-edge-stable", "microsoft-edge-beta", "microsoft-edge-dev"],
            ["microsoft-edge", "microsoft-edge-beta", "microsoft-edge-dev"],
            null, ["com.microsoft.Edge", "com.microsoft.EdgeDev"], "/etc/opt/edge/policies/managed"),
        new("Brave", ["brave-browser", "brave", "brave-browser-stable", "brave-browser-beta", "brave-browser-nightly"],
            ["BraveSoftware/Brave-Browser", "BraveSoftware/Brave-Browser-Beta", "BraveSoftware/Brave-Browser-Nightly"],
            "brave", ["com.brave.Browser"], "/etc/brave/policies/managed"),
        new("Vivaldi", ["vivaldi", "vivaldi-stable", "vivaldi-snapshot"], ["vivaldi", "vivaldi-snapshot"], "vivaldi", ["com.vivaldi.Vivaldi"], null),
        new("Opera", ["opera", "opera-stable", "opera-beta", "opera-developer"], ["opera", "opera-beta", "opera-developer"], "opera", ["com.opera.Opera"], null),
        new("Playwright's and Puppeteer's Chromium", [], [], null, [], null) { CacheFolders = ["ms-playwright", "puppeteer"] },
    ];
}
