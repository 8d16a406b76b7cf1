namespace Locald.Trust.Nss;

/// <summary>A program of Mozilla's family: each of its profiles has a database of its own. Facts only.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Folder">Its folder under the home folder, where profiles.ini lies; it wins where it exists.</param>
/// <param name="ConfigFolder">Its folder under the user's configuration folder, for new profiles since Firefox 147; null where it knows none.</param>
/// <param name="Snap">The name of its snap, whose home is <c>~/snap/NAME/common</c>; null where there is none.</param>
/// <param name="Flatpak">The id of its flatpak, whose home is <c>~/.var/app/ID</c>; null where there is none.</param>
/// <param name="ProgramFolders">Where distributions and archives install it, with its own libnss3.</param>
public sealed record MozillaBrowser(string Name, string Folder, string? ConfigFolder, string? Snap, string? Flatpak, string[] ProgramFolders)
{
    /// <summary>
    /// Firefox ESR, Developer Edition and Nightly share Firefox's folder. The Tor Browser is left out on purpose: a root of one's own
    /// makes a browser distinguishable, which is what it is there to prevent, and it cannot reach this machine's ports.
    /// </summary>
    public static IReadOnlyList<MozillaBrowser> All { get; } =
    [
        new("Firefox", ".mozilla/firefox", "mozilla/firefox", "firefox", "org.mozilla.firefox",
            ["/usr/lib/firefox-esr", "/usr/lib/firefox", "/usr/lib64/firefox", "/opt/firefox", "/usr/lib/firefox-developer-edition", "/opt/firefox-developer-edition", "/opt/firefox-nightly"]),
        new("LibreWolf", ".librewolf", "librewolf/librewolf", null, "io.gitlab.librewolf-community", ["/usr/share/librewolf", "/usr/lib/librewolf", "/usr/lib64/librewolf", "/opt/librewolf"]),
        new("Zen", ".zen", "zen", null, "app.zen_browser.zen", ["/opt/zen-browser-bin", "/opt/zen-browser", "/opt/zen", "/usr/lib/zen-browser", "/usr/lib64/zen-browser"]),
        new("Waterfox", ".waterfox", "waterfox", null, "net.waterfox.waterfox", ["/opt/waterfox", "/usr/lib/waterfox"]),
        new("Floorp", ".floorp", "floorp", null, "one.ablaze.floorp", ["/opt/floorp", "/usr/lib/floorp", "/usr/lib64/floorp"]),
        new("Thunderbird", ".thunderbird", "thunderbird", "thunderbird", "org.mozilla.Thunderbird", ["/usr/lib/thunderbird", "/usr/lib64/thunderbird", "/opt/thunderbird"]),
    ];
}
