using System.Security.Cryptography;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// A Firefox that is installed and was never started has no profile, so no database. On its first start it takes a default profile
/// that it finds, if that profile says it was last used by this very installation (nsToolkitProfileService, IsProfileForCurrentInstall:
/// LastPlatformDir of compatibility.ini); else it makes one of its own beside it. So a profile is laid ready: the database, and the two
/// small files. Seen with Firefox ESR 153: one profile, an ordinary first start.
/// </summary>
internal static class FreshFirefox
{
    /// <summary>From this version on, a new user's profiles lie in the configuration folder (https://bugzilla.mozilla.org/show_bug.cgi?id=259356).</summary>
    private const int FirstInConfigFolder = 147;

    /// <returns>The database of the profile to be; null where Firefox is not installed, or has profiles already.</returns>
    internal static NssDatabase? Find(UserFolders user, LinuxMachine machine)
    {
        MozillaBrowser firefox = MozillaBrowser.All[0];
        string old = $"{user.Home}/{firefox.Folder}";
        string config = $"{user.Config}/{firefox.ConfigFolder}";
        string? program = firefox.ProgramFolders.Select(machine.At).FirstOrDefault(f => File.Exists($"{f}/libnss3.so") && File.Exists($"{f}/application.ini"));
        if (program is null || File.Exists($"{old}/profiles.ini") || File.Exists($"{config}/profiles.ini") || Application.Read($"{program}/application.ini") is not { } application)
        {
            return null;
        }

        string root = Directory.Exists(old) || application.Major < FirstInConfigFolder ? old : config;

        // The salt that Firefox itself gives a profile's name: web content must not guess its path.
        string name = $"{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8)}.{(application.IsEsr ? "default-esr" : "default-release")}";
        string profile = $"{root}/{name}";
        return new(profile, $"Firefox, not started yet (profile {name})", [program])
        {
            Companions =
            [
                new($"{profile}/compatibility.ini", $"""
                    [Compatibility]
                    LastVersion={application.Version}_{application.BuildId}/{application.BuildId}
                    LastPlatformDir={machine.Named(program)}
                    LastAppDir={machine.Named(program)}/browser

                    """),
                new($"{root}/profiles.ini", $"""
                    [Profile0]
                    Name={name[9..]}
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

    /// <summary>What application.ini says of a Firefox.</summary>
    private sealed record Application(string Version, string BuildId, bool IsEsr)
    {
        internal int Major => int.TryParse(Version.Split('.')[0], out int major) ? major : 0;

        internal static Application? Read(string file)
        {
            try
            {
                ILookup<string, string> values = File.ReadLines(file).Take(200).Where(l => l.Contains('=')).ToLookup(l => l[..l.IndexOf('=')], l => l[(l.IndexOf('=') + 1)..].Trim());
                return values["Version"].FirstOrDefault() is { } version && values["BuildID"].FirstOrDefault() is { } build
                    ? new(version, build, values["RemotingName"].Concat(values["SourceRepository"]).Any(v => v.Contains("esr", StringComparison.OrdinalIgnoreCase))) : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
