namespace Locald.Trust.Nss;

/// <summary>One database of Mozilla's NSS, and who reads it.</summary>
/// <param name="Folder">Absolute path of the folder that holds, or will hold, <c>cert9.db</c>.</param>
/// <param name="Title">What a person calls it: "Chromium and Chrome (~/.pki/nssdb)", "Firefox profile abcd.default-esr".</param>
/// <param name="LibraryFolders">
/// Folders with the browser's own libnss3, best first; empty where the browser brings none and the system's is to be used.
/// It matters who writes: since 3.114 NSS stores trust as PKCS#11 3.2's CKO_TRUST, which an older NSS reads as untrusted
/// (https://bugzilla.mozilla.org/show_bug.cgi?id=1965328). A newer one reads both.
/// </param>
public sealed record NssDatabase(string Folder, string Title, IReadOnlyList<string> LibraryFolders)
{
    /// <summary>Files to write, in order, when the database is made; none where the browser needs no telling.</summary>
    public IReadOnlyList<CompanionFile> Companions { get; init; } = [];

    /// <summary>The number of another user whose it is, so that it is not for us to change; null where it is the user's own.</summary>
    public uint? ForeignOwner { get; init; }

    /// <summary>Whether all that goes with it is there: of a run that was killed only a part may be.</summary>
    public bool IsComplete => Companions.All(f => File.Exists(f.Path));

    /// <summary>Whether a database is there; an NSS of the last fifteen years keeps its certificates in this file.</summary>
    public bool Exists => File.Exists(Path.Combine(Folder, "cert9.db"));
}
