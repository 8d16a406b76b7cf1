using Locald.Certificates;
using Locald.Certificates.Files;

namespace Locald.Tests.Certificates;

public sealed class AccessRulesTests
{
    private const string Me = "S-1-5-21-1004336348-1177238915-682003330-1001";
    private const string Everyone = "S-1-1-0";
    private const string Users = "S-1-5-32-545";

    /// <summary>FILE_ALL_ACCESS and FILE_GENERIC_READ (winnt.h).</summary>
    private const uint Full = 0x1F01FF, Read = 0x120089;

    [Fact]
    public void What_the_folder_of_a_profile_gives_reaches_nobody_else() =>
        Assert.Empty(AccessRules.OthersWith([new("S-1-5-18", Full, true), new("S-1-5-32-544", Full, true), new(Me, Full, true)]));

    [Theory]
    [InlineData(Everyone)]
    [InlineData(Users)]
    [InlineData("S-1-5-11")]
    [InlineData("S-1-5-4")]
    [InlineData("S-1-15-2-1")]
    public void A_group_of_other_people_that_may_read_is_named(string group) =>
        Assert.Equal([group], AccessRules.OthersWith([new(Me, Full, true), new(group, Read, true)]));

    [Theory]
    [InlineData(0x1)]
    [InlineData(0x2)]
    [InlineData(0x40000)]
    [InlineData(0x80000)]
    [InlineData(0x80000000)]
    [InlineData(0x10000000)]
    public void Each_right_by_which_a_key_is_read_or_replaced_counts(uint right) => Assert.Single(AccessRules.OthersWith([new(Users, right, true)]));

    [Theory]
    [InlineData(0x80)] // FILE_READ_ATTRIBUTES
    [InlineData(0x20000)] // READ_CONTROL
    [InlineData(0x100000)] // SYNCHRONIZE
    public void To_know_of_the_file_is_not_to_read_it(uint right) => Assert.Empty(AccessRules.OthersWith([new(Users, right, true)]));

    [Fact]
    public void What_is_denied_first_is_not_given_later()
    {
        Assert.Empty(AccessRules.OthersWith([new(Users, Full, false), new(Users, Read, true)]));
        Assert.Empty(AccessRules.OthersWith([new(Everyone, Full, false), new(Users, Read, true)]));
        Assert.Equal([Users], AccessRules.OthersWith([new(Users, Read, true), new(Users, Full, false)]));
        Assert.Equal([Users], AccessRules.OthersWith([new("S-1-5-32-546", Full, false), new(Users, Read, true)]));
    }

    [Fact]
    public void The_command_that_mends_it_names_groups_in_no_language()
    {
        RootException refused = RootFaults.KeyExposedOnWindows(@"C:\state\ca\root-key.pem", Me, [Everyone, Users]);
        Assert.Equal(RootFault.Exposed, refused.Fault);
        string path = OperatingSystem.IsWindows() ? @"C:\state\ca\root-key.pem" : refused.Hints[0].Split(' ')[1];
        Assert.Equal($@"icacls {path} /inheritance:r /grant:r *{Me}:F /remove:g *{Everyone} *{Users}", refused.Hints[0]);
    }
}
