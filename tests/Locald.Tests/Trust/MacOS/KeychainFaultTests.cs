using System.Runtime.Versioning;
using Locald.Trust;
using Locald.Trust.MacOS;

namespace Locald.Tests.Trust.MacOS;

[SupportedOSPlatform("linux")]
public sealed class KeychainFaultTests(FakeFrameworks mac) : KeychainTest(mac)
{
    private static readonly int[] s_gone = [SecurityError.ItemNotFound, SecurityError.NoTrustSettings];

    public static TheoryData<string> Functions =>
    [
        "SecItemAdd", "SecItemCopyMatching", "SecTrustSettingsSetTrustSettings", "SecTrustSettingsCopyTrustSettings",
        "SecTrustSettingsCopyCertificates", "SecTrustCreateWithCertificates", "SecTrustSetNetworkFetchAllowed",
    ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_error_of_every_call_is_told_with_its_name_and_a_next_step(string function)
    {
        foreach (int status in SecurityError.Known.Select(e => e.Status).Append(-9999).Append(-1).Except(s_gone).Except(function == "SecItemAdd" ? [SecurityError.DuplicateItem] : []))
        {
            Mac.Reset();
            Mac.Fail(function, status);
            StoreResult result = Store.Install(Root);
            Assert.Equal((StoreOutcome.Failed, SecurityError.Of(status).Fault), (result.Outcome, result.Fault));
            Assert.Contains($"{SecurityError.Of(status).Meaning} ({SecurityError.Of(status).Name})", result.Detail);
            Assert.NotEmpty(result.Hints);
        }
    }

    [Fact]
    public void Opening_a_keychain_may_fail_too()
    {
        As(FakeProcess.Sudo);
        Mac.Fail("SecKeychainOpen", -25295);
        Assert.Contains("errSecInvalidKeychain", Store.Probe(Root).Detail);
        Mac.Fail("SecKeychainOpen", -25295, after: 1);
        Assert.Contains("opening /Library/Keychains/System.keychain", Store.Probe(Root).Detail);
    }

    /// <summary>One call after another fails, of whatever there is to call; the violations and the count of objects are asked at the end.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    [InlineData("CFDataCreate")]
    [InlineData("CFStringCreateWithBytes")]
    [InlineData("CFDictionaryCreate")]
    [InlineData("CFArrayCreate")]
    [InlineData("SecCertificateCreateWithData")]
    [InlineData("SecPolicyCreateSSL")]
    [InlineData("SecPolicyCopyProperties")]
    [InlineData("SecCertificateCopyData")]
    [InlineData("SecTrustEvaluateWithError")]
    [InlineData("CFErrorCopyDescription")]
    [InlineData("SecTrustSettingsRemoveTrustSettings")]
    [InlineData("SecItemDelete")]
    [InlineData("SecKeychainOpen")]
    public void Wherever_it_fails_nothing_is_thrown_and_the_next_run_completes_it(string function)
    {
        foreach (FakeProcess process in Enum.GetValues<FakeProcess>())
        {
            int installs = Repeat(process, function, s => s.Install(Root));
            Assert.Equal((1, 0, 1), Held);
            Mac.Entries(Admin, (1, FakeFrameworks.ForTls), (3, FakeFrameworks.ForMail));
            int removals = Repeat(process, function, s => s.Remove(Root));
            Assert.Equal((0, 0, 0), Held);
            Assert.InRange(installs + removals, 2, 400);
        }
    }

    [Fact]
    public void An_error_without_a_name_is_told_in_the_words_of_macOS()
    {
        Assert.Equal(("OSStatus -9999", "Something happened (-9999)"), (SecurityError.Of(-9999).Name, SecurityError.Of(-9999).Meaning));
        Assert.Equal("macOS gives no explanation", SecurityError.Of(-1).Meaning);
    }

    [Fact]
    public void Every_error_of_the_table_stands_there_once_with_hints_for_both_ways()
    {
        Assert.Equal(SecurityError.Known.Count, SecurityError.Known.Select(e => e.Status).Distinct().Count());
        Assert.All(SecurityError.Known, e =>
        {
            Assert.NotEmpty(e.Hints(removing: false));
            Assert.DoesNotContain(e.Hints(removing: true), h => h.StartsWith("locald trust", StringComparison.Ordinal));
            Assert.True(char.IsLower(e.Meaning[0]) && !e.Meaning.EndsWith('.'));
        });
    }

    [Theory(Timeout = 60_000)]
    [InlineData("SecItemCopyMatching")]
    [InlineData("SecItemAdd")]
    [InlineData("SecTrustSettingsSetTrustSettings")]
    [InlineData("SecTrustEvaluateWithError")]
    [InlineData("SessionGetInfo")]
    public async Task A_call_that_hangs_is_given_up_and_nothing_follows_it(string function)
    {
        Limit = TimeSpan.FromMilliseconds(200);
        Mac.Hang(function);
        StoreResult result = await Task.Run(() => Store.Install(Root), TestContext.Current.CancellationToken);
        Assert.Equal((StoreOutcome.Failed, TrustFault.ToolTimedOut), (result.Outcome, result.Fault));
        Assert.NotEmpty(result.Hints);
        int calls = Mac.Calls.Count(c => c == "SecTrustSettingsSetTrustSettings");
        Mac.GoOn();
        await NothingIsHeld();
        Assert.Equal(calls, Mac.Calls.Count(c => c == "SecTrustSettingsSetTrustSettings"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("SecTrustSettingsRemoveTrustSettings")]
    [InlineData("SecItemDelete")]
    public async Task A_removal_that_hangs_is_given_up_too(string function)
    {
        Installed();
        Limit = TimeSpan.FromMilliseconds(200);
        Mac.Hang(function);
        StoreResult result = await Task.Run(() => Store.Remove(Root), TestContext.Current.CancellationToken);
        Assert.Equal((TrustFault.ToolTimedOut, "locald untrust"), (result.Fault, result.Hints[0]));
        int deletions = Mac.Calls.Count(c => c == "SecItemDelete");
        Mac.GoOn();
        await NothingIsHeld();
        Assert.Equal(deletions, Mac.Calls.Count(c => c == "SecItemDelete"));
    }

    /// <summary>The thread that hung gives its objects back when it ends.</summary>
    private async Task NothingIsHeld()
    {
        while (Mac.Live != LiveBefore)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <returns>How many runs it took until no call failed any more.</returns>
    private int Repeat(FakeProcess process, string function, Func<KeychainStore, StoreResult> change)
    {
        As(process);
        for (int after = 0; ; after++)
        {
            Mac.Fail(function, -25291, after);
            StoreResult result = change(Store);
            Assert.True(result.Outcome != StoreOutcome.Failed || result.Hints.Count > 0, result.Detail);
            if (result.Outcome == StoreOutcome.Already || after >= 200)
            {
                Mac.Mend();
                Assert.NotEqual(StoreOutcome.Failed, change(Store).Outcome);
                return after + 1;
            }
        }
    }
}
