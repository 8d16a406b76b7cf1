namespace Locald.Trust.Nss;

/// <summary>A program of Mozilla's family: each of its profiles has a database of its own. Facts only.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Folders">Its folders under the home folder, where a profiles.ini may lie; the first wins over the new place where it exists.</param>
/// <param name="ConfigFolders">Its folders under the user's configuration folder, the first for new profiles since Firefox 147.</param>
/// <param name="Snap">The name of its snap, whose home is <c>~/snap/NAME/common</c>; null where there is none.</param>
/// <param name="Flatpaks">The ids of its flatpaks, whose homes are <c>~/.var/app/ID</c>.</param>
/// <param name="ProgramFolders">Where distributions and archives install it, with its own libnss3; the slowest to change first, whose trust the others read.</param>
public sealed record MozillaBrowser(string Name, string[] Folders, string[] ConfigFolders, string? Snap, string[] Flatpaks, string[] ProgramFolders)
{
    /// <summary>Whether people open pages in it, so that it is worth a word that it has no profile yet.</summary>
    public bool IsBrowser { get; private init; } = true;

    /// <summary>
    /// Firefox ESR, Beta, Developer Edition and Nightly share Firefox's folder. The Tor Browser and the Mullvad Browser are left out
    /// on purpose: a root of one's own makes a browser distinguishable, which is what they are there to prevent, and what goes
    /// through their networks does not reach this machine's ports.
    /// </summary>
    public static IReadOnlyList<MozillaBrowser> All { get; } =
    [
        new("Firefox", [".mozilla/firefox", ".mozilla/firefox-esr", ".mozilla/firefox-trunk"], ["mozilla/firefox"], "firefox", ["org.mozilla.firefox"],
        [
            "/usr/lib/firefox-esr", "/usr/lib64/firefox-esr", "/opt/firefox-esr", "/usr/lib/firefox", "/usr/lib64/firefox", "/opt/firefox",
            "/usr/lib/firefox-beta", "/opt/firefox-beta", "/usr/lib/firefox-devedition", "/usr/lib/firefox-developer-edition",
            "/opt/firefox-developer-edition", "/usr/lib/firefox-nightly", "/opt/firefox-nightly", "/usr/lib/firefox-trunk",
            "/snap/firefox/current/usr/lib/firefox", "/var/lib/snapd/snap/firefox/current/usr/lib/firefox",
        ]),
        new("LibreWolf", [".librewolf"], ["librewolf/librewolf", "librewolf"], null, ["io.gitlab.librewolf-community"],
            ["/usr/share/librewolf", "/usr/lib/librewolf", "/usr/lib64/librewolf", "/opt/librewolf"]),
        new("Zen", [".zen", "zen"], ["zen"], null, ["app.zen_browser.zen", "io.github.zen_browser.zen"],
            ["/opt/zen-browser-bin", "/opt/zen-browser", "/opt/zen", "/usr/lib/zen-browser", "/usr/lib64/zen-browser"]),
        new("Waterfox", [".waterfox"], ["waterfox"], null, ["net.waterfox.waterfox"], ["/opt/waterfox", "/usr/lib/waterfox"]),
        new("Floorp", [".floorp"], ["floorp"], null, ["one.ablaze.floorp"], ["/opt/floorp", "/usr/lib/floorp", "/usr/lib64/floorp"]),
        new("Thunderbird", [".thunderbird"], ["thunderbird"], "thunderbird",
            ["org.mozilla.Thunderbird", "org.mozilla.thunderbird", "net.thunderbird.Thunderbird"], ["/usr/lib/thunderbird", "/usr/lib64/thunderbird", "/opt/thunderbird"])
        {
            IsBrowser = false,
        },
    ];
}
