using System.Runtime.Versioning;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>A home folder in a temporary folder, and the machine around it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeHome : IDisposable
{
    public FakeHome() => Linux.Folder("/home/u");

    public FakeLinux Linux { get; } = new();

    public string Path => Linux.At("/home/u");

    public Dictionary<string, string> Variables { get; } = [];

    public UserIdentity? RunAs { get; set; }

    public TrustContext Context => new(Path, name => Variables.GetValueOrDefault(name)) { RunAs = RunAs };

    public IReadOnlyList<NssDatabase> Databases => NssDatabases.Find(Context, Linux.Machine);

    /// <summary>The databases' folders, those in the home relative to it.</summary>
    public string[] Found => [.. Databases.Select(d => d.Folder.StartsWith(Path + "/", StringComparison.Ordinal) ? d.Folder[(Path.Length + 1)..] : Linux.Machine.Named(d.Folder))];

    /// <summary>The browsers that were never started.</summary>
    public string[] Idle => [.. NeverStarted.Find(Linux.Machine, UserFolders.Of(Context)!).Select(s => s.Title)];

    public void Folder(string name) => Linux.Folder($"/home/u/{name}");

    public void Write(string name, string text) => Linux.Write($"/home/u/{name}", text);

    public void Link(string name, string target) => Linux.Link($"/home/u/{name}", target);

    /// <summary>A profile folder with a database.</summary>
    public void Profile(string name) => Write($"{name}/cert9.db", "");

    /// <summary>An installed Firefox.</summary>
    public void Firefox(string folder = "/usr/lib/firefox-esr", string version = "153.7.0", string origin = "firefox-esr")
    {
        Linux.Write($"{folder}/application.ini", $"; a comment\n[App]\nVendor=Mozilla\nName=Firefox\nRemotingName={origin}\nVersion={version}\nBuildID=20261103151912\n");
        Linux.Write($"{folder}/libnss3.so", "");
    }

    public void Dispose() => Linux.Dispose();
}
