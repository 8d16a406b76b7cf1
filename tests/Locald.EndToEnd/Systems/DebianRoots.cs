using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Systems;

/// <summary>Debian releases as folders, each with ca-certificates, curl, libnss3 and a name service module; made at once, and kept for the next run.</summary>
public sealed class DebianRoots : IAsyncDisposable
{
    public static readonly string[] Releases = ["bullseye", "bookworm", "trixie"];

    private const string Packages = "ca-certificates,curl,libnss-myhostname,libnss3";

    /// <summary>For all classes that use them, each of which has an instance.</summary>
    private static readonly Lazy<Dictionary<string, Task<string>>> s_making = new(() => Releases.ToDictionary(release => release, release => DebianFolder.MakeAsync(release, Packages)));

    private readonly Dictionary<string, Task<string>> _making = s_making.Value;

    /// <summary>The absolute path of a release's root, once it is there. Not to be written to: tests lay private copies over its folders.</summary>
    public Task<string> PathOf(string release) => _making[release];

    /// <summary>Shell lines for a mount namespace of its own: all that is written below the root goes into memory.</summary>
    public static string InMemory(string root) => $"""
        over=$(mktemp -d)
        mount -t tmpfs tmpfs "$over"
        mkdir "$over/upper" "$over/work"
        mount -t overlay -o "lowerdir={root},upperdir=$over/upper,workdir=$over/work" overlay {root}
        umount -l "$over"
        rmdir "$over"
        mount --rbind /dev {root}/dev
        """;

    public async ValueTask DisposeAsync() => await ((Task)Task.WhenAll(_making.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
