using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Documentation;

/// <summary>A Debian 13 as a folder, with what developers have: Firefox, Java, Node, Python, git, curl, sudo. Made once, and kept for the next run.</summary>
public sealed class DeveloperRoot
{
    private const string Packages =
        "ca-certificates,ca-certificates-java,curl,default-jre-headless,firefox-esr,git,libcap2-bin,libnss3,nodejs,openssl,python3,sudo";

    private readonly Task<string> _making = DebianFolder.MakeAsync("trixie", Packages);

    /// <summary>Its absolute path, once it is there. Not to be written to.</summary>
    public Task<string> PathAsync() => _making;
}
