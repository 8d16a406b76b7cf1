namespace Locald.Trust.Nss;

/// <summary>A browser of Chromium's family: all of them read the one database of the user. Facts only.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Executables">Its commands; any of them in a system folder or in PATH means that it is installed.</param>
/// <param name="ConfigFolder">Its folder under the user's configuration folder, which says that it ran once.</param>
/// <param name="Snap">The name of its snap, which has a home of its own; null where there is none.</param>
/// <param name="Flatpak">The id of its flatpak, which has a home of its own; null where there is none.</param>
/// <param name="PolicyFolder">Where it reads an administrator's policies; null where its maker does not tell.</param>
public sealed record ChromiumBrowser(string Name, string[] Executables, string ConfigFolder, string? Snap, string? Flatpak, string? PolicyFolder)
{
    /// <summary>Where its snap reads them: Ubuntu's Chromium has kept the folder of the package that it was.</summary>
    public string? SnapPolicyFolder { get; private init; }

    public static IReadOnlyList<ChromiumBrowser> All { get; } =
    [
        new("Chrome", ["google-chrome", "google-chrome-stable", "google-chrome-beta", "google-chrome-unstable"], "google-chrome",
            null, "com.google.Chrome", "/etc/opt/chrome/policies/managed"),
        new("Chromium", ["chromium", "chromium-browser", "ungoogled-chromium"], "chromium", "chromium", "org.chromium.Chromium", "/etc/chromium/policies/managed")
        {
            SnapPolicyFolder = "/etc/chromium-browser/policies/managed",
        },
        new("Edge", ["microsoft-edge", "microsoft-edge-stable", "microsoft-edge-beta", "microsoft-edge-dev"], "microsoft-edge",
            null, "com.microsoft.Edge", "/etc/opt/edge/policies/managed"),
        new("Brave", ["brave-browser", "brave", "brave-browser-stable"], "BraveSoftware/Brave-Browser", "brave", "com.brave.Browser", "/etc/brave/policies/managed"),
        new("Vivaldi", ["vivaldi", "vivaldi-stable"], "vivaldi", null, "com.vivaldi.Vivaldi", null),
        new("Opera", ["opera", "opera-stable"], "opera", "opera", "com.opera.Opera", null),
    ];
}
