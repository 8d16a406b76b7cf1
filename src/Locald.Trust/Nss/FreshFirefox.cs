using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// A Firefox that is installed and was never started has no profile, so no database. On its first start it takes the default profile
/// of profiles.ini if LastPlatformDir of that profile's compatibility.ini is its own folder (nsToolkitProfileService,
/// MaybeMakeDefaultDedicatedProfile); without that file it makes a profile of its own beside it, as it does after
/// <c>firefox -CreateProfile</c>. So a profile is laid ready: the database, and the two small files. Seen with Firefox ESR 153 and
/// 140: one profile, and an ordinary first start with its welcome page.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FreshFirefox(LinuxMachine machine, UserFolders user)
{
    /// <summary>From this version on, a new user's profiles lie in the configuration folder (https://bugzilla.mozilla.org/show_bug.cgi?id=259356).</summary>
    private const int FirstInConfigFolder = 147;

    private const string SaltLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly MozillaBrowser s_firefox = MozillaBrowser.All[0];

    /// <returns>The database of the profile to be; null where Firefox is not installed, or has profiles already.</returns>
    internal NssDatabase? Profile()
    {
        string old = $"{user.Home}/{s_firefox.Folders[0]}";
        string config = $"{user.Config[0]}/{s_firefox.ConfigFolders[0]}";
        if (Program() is not { } program || Application.Read(machine.At(program)) is not { } application
            || new MozillaProfiles(machine, user).Roots(s_firefox).Any(r => r.Where.Length == 0 && File.Exists($"{r.Folder}/profiles.ini")))
        {
            return null;
        }

        string root = Directory.Exists(old) || application.Major < FirstInConfigFolder ? old : config;
        string name = $"{Salt(root)}.default-{application.Channel}";
        string profile = $"{root}/{name}";
        return new(profile, $"Firefox, not started yet (profile {name})", [machine.At(program)])
        {
            Companions =
            [
                new($"{profile}/compatibility.ini", $"""
                    [Compatibility]
                    LastVersion={application.Version}_{application.BuildId}/{application.BuildId}
                    LastPlatformDir={program}
                    LastAppDir={program}/browser

                    """),
                new($"{root}/profiles.ini", $"""
                    [Profile0]
                    Name=default-{application.Channel}
                    IsRelative=1
                    Path={name}
                    Default=1

                    [General]
                    StartWithLastProfile=1
                    Version=2

                    """),
            ],
        };
    }

    /// <summary>
    /// The installation that the profile is for. A snap and a flatpak have homes of their own, and Developer Edition wants a profile
    /// of a certain name: <see cref="NeverStarted"/> tells of them.
    /// </summary>
    private string? Program() => new InstalledBrowsers(machine, user).ProgramFolders(s_firefox).FirstOrDefault(f => IsOrdinary(f) && File.Exists(machine.At($"{f}/libnss3.so")));

    private static bool IsOrdinary(string program) => !Path.GetFileName(program).Contains("-dev", StringComparison.Ordinal);

    /// <summary>
    /// The salt that Firefox too gives a profile's name, because web content must not guess its path. Not random: until the profile is
    /// there, it must have the same name in every run.
    /// </summary>
    private static string Salt(string root)
    {
        string machineId = "";
        try
        {
            machineId = File.ReadLines("/etc/machine-id").FirstOrDefault("");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A container need not have one; what nobody outside knows is then the path of the home alone.
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"locald {machineId} {root}"));
        return string.Create(8, hash, static (salt, bytes) =>
        {
            for (int i = 0; i < salt.Length; i++)
            {
                salt[i] = SaltLetters[bytes[i] % SaltLetters.Length];
            }
        });
    }

    /// <summary>What application.ini says of a Firefox.</summary>
    private sealed record Application(string Version, string BuildId, string Channel)
    {
        internal int Major => int.TryParse(Version.Split('.')[0], out int major) ? major : 0;

        internal static Application? Read(string program)
        {
            IReadOnlyList<IniSection> sections = IniFile.Read($"{program}/application.ini");
            return sections.FirstOrDefault(s => s.IsNamed("App")) is { } app && app["Version"] is { } version && app["BuildID"] is { } build
                ? new(version, build, $"{app["RemotingName"]} {app["SourceRepository"]}" switch
                {
                    var origin when origin.Contains("esr", StringComparison.OrdinalIgnoreCase) => "esr",
                    var origin when origin.Contains("nightly", StringComparison.OrdinalIgnoreCase) => "nightly",
                    _ => "release",
                }) : null;
        }
    }
}
