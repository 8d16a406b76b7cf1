using System.Runtime.Versioning;

namespace Locald.Nss;

/// <summary>
/// A new database on its way: made aside and moved into its place whole. NSS writes two files in many steps, and when it is killed
/// between them it says SEC_ERROR_BAD_DATABASE of them ever after, as the browser does.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Draft
{
    /// <summary>How the name of its folder ends: an unfinished one is nobody's profile.</summary>
    internal const string Suffix = ".locald-new";

    /// <summary>In the order in which they may appear: a database is there as soon as its certificates are.</summary>
    private static readonly string[] s_files = ["key4.db", "cert9.db"];

    private readonly string _target;
    private readonly string _beside;
    private readonly string _inside;

    /// <param name="target">Where it is to be.</param>
    internal Draft(string target)
    {
        // The same names for each try, so that what a killed one left is found. Whoever asks us lets one change a store at a time.
        (_target, _beside, _inside) = (target, target + Suffix, Path.Combine(target, Suffix));
        Folder = Directory.Exists(target) ? _inside : _beside;
    }

    /// <summary>Where it is made: on the disk of its place, in a folder that we may write to.</summary>
    internal string Folder { get; }

    /// <summary>Makes the folder, after whatever an earlier try left.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    internal void Begin()
    {
        Discard();
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <returns>Whether it is in its place; false where somebody else, a browser, has made one there in the meantime.</returns>
    /// <exception cref="IOException">It cannot be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be moved.</exception>
    internal bool Finish()
    {
        if (!Directory.Exists(_target))
        {
            Directory.Move(Folder, _target);
            return true;
        }

        foreach (string file in s_files)
        {
            if (!Disk.MoveNew(Path.Combine(Folder, file), Path.Combine(_target, file)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Deletes what is not in its place, with all that NSS wrote beside it.</summary>
    internal void Discard()
    {
        foreach (string folder in new[] { _beside, _inside })
        {
            try
            {
                if (Directory.Exists(folder))
                {
                    Disk.DeleteFolderOfFiles(folder);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next try will say why, if it matters to it.
            }
        }
    }
}
