using Locald.Trust;
using Locald.Trust.Windows;

namespace Locald.Tests.Trust.Windows;

public sealed class WindowsErrorTests
{
    [Theory]
    [InlineData(0x800704C7, TrustFault.Cancelled)]
    [InlineData(0x80070005, TrustFault.NotPermitted)]
    [InlineData(0x80070522, TrustFault.NotPermitted)]
    [InlineData(0x800702E4, TrustFault.NotPermitted)]
    [InlineData(0x80090022, TrustFault.NoSession)]
    [InlineData(0x800705B3, TrustFault.NoSession)]
    [InlineData(0x800704EC, TrustFault.Forbidden)]
    [InlineData(0x80092026, TrustFault.Forbidden)]
    [InlineData(0x80070020, TrustFault.Locked)]
    [InlineData(0x80070021, TrustFault.Locked)]
    [InlineData(0x80070013, TrustFault.NotWritable)]
    [InlineData(0x80070027, TrustFault.NotWritable)]
    [InlineData(0x80070070, TrustFault.NotWritable)]
    [InlineData(0x800703F1, TrustFault.BundleDamaged)]
    [InlineData(0x800703F7, TrustFault.BundleDamaged)]
    [InlineData(0x80092003, TrustFault.BundleDamaged)]
    public void Each_known_code_has_a_reason_and_words_of_its_own(uint code, TrustFault expected)
    {
        (TrustFault fault, string words) = WindowsErrors.Explain(unchecked((int)code), "Zugriff verweigert.");
        Assert.Equal(expected, fault);
        Assert.DoesNotContain("0x", words);
        Assert.DoesNotContain("verweigert", words);
    }

    [Fact]
    public void An_unknown_code_is_shown_with_what_Windows_says_on_one_line()
    {
        Assert.Equal((TrustFault.ToolFailed, "Windows answered 0x80090016: Keyset does not exist"), WindowsErrors.Explain(unchecked((int)0x80090016), "Keyset\r\ndoes not exist.\r\n"));
        Assert.Equal((TrustFault.ToolFailed, "Windows answered 0x00000001"), WindowsErrors.Explain(1, " "));
    }

    [Theory]
    [InlineData("CI", "true", true)]
    [InlineData("CI", "1", true)]
    [InlineData("CI", "false", false)]
    [InlineData("CI", "0", false)]
    [InlineData("TF_BUILD", "True", true)]
    [InlineData("JENKINS_URL", "https://ci.example.com/", true)]
    [InlineData("TEAMCITY_VERSION", "2026.1", true)]
    [InlineData("HOME", "/root", false)]
    public void Build_servers_are_known_by_their_variables(string name, string value, bool automated) =>
        Assert.Equal(automated, AutomatedBuild.IsThis(n => n == name ? value : null));
}
