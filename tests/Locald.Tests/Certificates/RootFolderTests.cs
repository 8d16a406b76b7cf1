using System.Runtime.Versioning;
using Locald.Certificates;

namespace Locald.Tests.Certificates;

[UnsupportedOSPlatform("windows")]
public sealed class RootFolderTests : RootFiles
{
    [Fact]
    public void A_first_run_makes_two_files_that_others_cannot_reach()
    {
        using CertManager certificates = CertManager.Open(Ca);
        Assert.Equal([Key, Certificate], Directory.EnumerateFileSystemEntries(Ca).Order());
        Assert.Equal(Mode0600, File.GetUnixFileMode(Key));
        Assert.Equal(Mode0644, File.GetUnixFileMode(Certificate));
        Assert.Equal(Mode0600 | UnixFileMode.UserExecute, File.GetUnixFileMode(Ca));
        Assert.Equal(Mode0600 | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder["state"]));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", File.ReadAllText(Key));
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", File.ReadAllText(Certificate));
        Assert.Equal(Certificate, certificates.RootPemPath);
    }

    [Fact]
    public void A_second_run_opens_the_same_root_and_writes_nothing()
    {
        string first = MakeRoot();
        Dictionary<string, byte[]> before = Contents();
        Assert.Equal(first, MakeRoot());
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void Looking_for_a_root_makes_none()
    {
        Assert.Null(CertManager.OpenExisting(Ca));
        Assert.False(Directory.Exists(Ca));
    }

    [Fact(Timeout = 60_000)]
    public async Task First_runs_at_once_make_one_root()
    {
        for (int round = 0; round < 10; round++)
        {
            string ca = Folder[$"round{round}/ca"];
            using Barrier start = new(8);
            string[] roots = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    using CertManager certificates = CertManager.Open(ca);
                    return certificates.Root.Thumbprint;
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            Assert.Single(roots.Distinct());
            Assert.Equal(2, Directory.GetFileSystemEntries(ca).Length);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task First_runs_of_several_processes_at_once_make_one_root()
    {
        string output = await PrivateMounts.Run(
            "for i in 1 2 3 4; do $LOCALD ca > $FOLDER/$i & done; wait; cat $FOLDER/[1-4] | sort | uniq -c | awk '{print $1}' | sort -u; ls -A $LOCALD_HOME/ca",
            Folder.Path, TestContext.Current.CancellationToken);
        Assert.Equal("4\nroot-key.pem\nroot.pem\n", output);
    }

    [Fact]
    public void A_key_without_a_certificate_is_a_first_run_that_was_killed_and_is_completed()
    {
        using (CertManager certificates = CertManager.Open(Ca))
        {
        }

        byte[] key = File.ReadAllBytes(Key);
        File.Delete(Certificate);
        File.WriteAllText(Folder["state/ca/root.pem.1234.new"], "half a certifi");

        using CertManager completed = CertManager.Open(Ca);
        Assert.Equal(key, File.ReadAllBytes(Key));
        Assert.Equal([Key, Certificate], Directory.EnumerateFileSystemEntries(Ca).Order());
        Assert.NotNull(completed.Leaf("app.localhost"));
    }

    [Fact]
    public void A_root_that_is_made_again_for_its_key_still_vouches_for_leaves_to_those_who_trust_the_older_one()
    {
        string older = Folder["older.pem"];
        MakeRoot();
        File.Move(Certificate, older);

        using CertManager certificates = CertManager.Open(Ca);
        File.WriteAllText(Folder["leaf.pem"], certificates.Leaf("app.localhost")!.ExportCertificatePem());
        (int code, string output) = OpenSsl.Run("verify", "-x509_strict", "-no-CApath", "-CAfile", older, Folder["leaf.pem"]);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Behind_sudo_files_andFolders_become_the_users()
    {
        int uid = Environment.IsPrivilegedProcess ? 65534 : int.Parse(Run("id", "-u"));
        int gid = Environment.IsPrivilegedProcess ? 65533 : int.Parse(Run("id", "-g"));
        using CertManager certificates = CertManager.Open(Ca, new FileOwner(uid, gid));
        Assert.All([Folder["state"], Ca, Key, Certificate], path => Assert.Equal($"{uid}:{gid}", Run("stat", "-c", "%u:%g", path).Trim()));
    }
}
