using System.Diagnostics;
using System.Runtime.Versioning;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>Databases that cannot be changed: each has its own message, and nothing in it is changed.</summary>
[SupportedOSPlatform("linux")]
public sealed class NssFaultTests : IDisposable
{
    private readonly NssMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_primary_password_is_told_and_nothing_is_half_done()
    {
        _machine.Make("a secret of mine");
        StoreResult result = _machine.Install();
        Assert.Equal(TrustFault.PasswordNeeded, result.Fault);
        Assert.Equal("locald trust --policy", result.Hints[0]);
        Assert.Equal(0, _machine.Objects());
    }

    [Fact]
    public void What_was_trusted_before_the_password_is_seen_and_taken_out_without_it()
    {
        _machine.Install();
        _machine.Linux.Write("/old", "\n");
        _machine.Linux.Write("/new", "a secret of mine\n");
        _machine.Certutil("-W", "-f", _machine.Linux.At("/old"), "-@", _machine.Linux.At("/new"));
        Assert.Equal(StoreState.Trusted, _machine.Store.Probe(_machine.Root).State);
        Assert.Equal(StoreOutcome.Done, _machine.Store.Remove(_machine.Root).Outcome);
        Assert.Equal(0, _machine.Objects());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_locked_database_is_told_after_NSS_has_waited_for_it()
    {
        _machine.Make();
        using Process holder = _machine.StartPython("db.execute('begin exclusive')\nprint('locked', flush=True)\nsys.stdin.read()");
        await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        StoreStatus status = _machine.Store.Probe(_machine.Root);
        StoreResult result = _machine.Install();
        holder.StandardInput.Close();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((StoreState.Broken, TrustFault.Locked), (status.State, status.Fault));
        Assert.Equal(TrustFault.Locked, result.Fault);
        Assert.Equal("close the browser that uses it, then: locald trust --store nss", result.Hints[0]);
        Assert.Equal(StoreOutcome.Done, _machine.Install().Outcome);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("begin immediate")]
    [InlineData("begin; select * from nssPublic")]
    public async Task A_lock_that_lets_it_open_and_not_write_is_told_too(string statements)
    {
        _machine.Make();
        string script = string.Concat(statements.Split(';').Select(s => $"db.execute('{s.Trim()}').fetchone()\n"));
        using Process holder = _machine.StartPython($"{script}print('locked', flush=True)\nsys.stdin.read()");
        await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        StoreResult result = _machine.Install();
        holder.StandardInput.Close();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((TrustFault.Locked, "another program holds it locked"), (result.Fault, result.Detail));
        Assert.Equal(StoreOutcome.Done, _machine.Install().Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_its_keys_a_database_is_broken_and_mended(bool emptied)
    {
        _machine.Install();
        LoseKeys(emptied);
        StoreStatus status = _machine.Store.Probe(_machine.Root);
        Assert.Equal((StoreState.Broken, TrustFault.NotInBundle), (status.State, status.Fault));
        Assert.Contains("key4.db is gone", status.Detail);
        Assert.Equal(StoreOutcome.Done, _machine.Install().Outcome);
        Assert.Equal(StoreState.Trusted, _machine.Store.Probe(_machine.Root).State);

        LoseKeys(emptied);
        Assert.NotEmpty(_machine.Store.PlanRemove(_machine.Root, _machine.Store.Probe(_machine.Root)));
        Assert.Equal(StoreOutcome.Done, _machine.Store.Remove(_machine.Root).Outcome);
        Assert.Equal(0, _machine.Objects());

        LoseKeys(emptied);
        Assert.Equal(StoreState.Missing, _machine.Store.Probe(_machine.Root).State);
    }

    [Fact]
    public void What_does_not_answer_is_not_waited_for_twice()
    {
        int asked = 0;
        _machine.Make();
        _machine.Ask = _ =>
        {
            asked++;
            return NssAnswer.TimedOut(TimeSpan.FromSeconds(20));
        };
        NssStore store = _machine.Store;
        Assert.Equal(TrustFault.ToolTimedOut, store.Probe(_machine.Root).Fault);
        Assert.Equal(TrustFault.ToolTimedOut, store.Install(_machine.Root).Fault);
        Assert.Equal(TrustFault.ToolTimedOut, store.Probe(_machine.Root).Fault);
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("cert9.db")]
    [InlineData("key4.db")]
    public void A_damaged_file_is_told_and_left_as_it_is(string file)
    {
        _machine.Install();
        string path = Path.Combine(_machine.Folder, file);
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("garbage ", 1000)));
        Assert.Equal((StoreState.Broken, TrustFault.StoreDamaged), _machine.Store.Probe(_machine.Root) is var found ? (found.State, found.Fault) : default);
        StoreResult result = _machine.Install();
        Assert.Equal(TrustFault.StoreDamaged, result.Fault);
        Assert.Contains("cert9.db.damaged", result.Hints[0]);
        Assert.StartsWith("garbage", File.ReadAllText(path));
    }

    [Fact]
    public void The_key_to_a_browsers_passwords_is_never_taken_back_with_a_database_that_was_not_made()
    {
        Directory.CreateDirectory(_machine.Folder);
        File.WriteAllText($"{_machine.Folder}/key4.db", "not a key, but mine");
        Assert.Equal(StoreOutcome.Failed, _machine.Install().Outcome);
        Assert.Equal("not a key, but mine", File.ReadAllText($"{_machine.Folder}/key4.db"));
        Assert.False(File.Exists($"{_machine.Folder}/cert9.db"));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told()
    {
        _machine.Linux.Write("/home/.pki", "a file");
        StoreResult result = _machine.Install();
        Assert.Equal(TrustFault.NotPermitted, result.Fault);
        Assert.Contains($"cannot make {_machine.Folder}", result.Detail);
    }

    [Fact]
    public void A_read_only_database_is_told()
    {
        // For root nothing is read-only, short of a mount; the helper becomes the folder's owner, who is nobody.
        if (Environment.IsPrivilegedProcess)
        {
            _machine.Make();
            Shell($"chmod 755 {_machine.Linux.Root} {_machine.Folder} && chmod 444 {_machine.Folder}/*.db && chown -R 65534:65534 {_machine.Linux.Root}");
        }
        else
        {
            _machine.Make();
            Shell($"chmod 444 {_machine.Folder}/*.db");
        }

        StoreResult result = _machine.Install();
        Assert.Equal((TrustFault.NotPermitted, "this user may not change it"), (result.Fault, result.Detail));
        Assert.StartsWith("ls -ld ", result.Hints[0]);
    }

    private void LoseKeys(bool emptied)
    {
        File.Delete($"{_machine.Folder}/key4.db");
        if (emptied)
        {
            File.WriteAllText($"{_machine.Folder}/key4.db", "");
        }
    }

    private static void Shell(string command)
    {
        using Process shell = Process.Start("sh", ["-c", command]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
