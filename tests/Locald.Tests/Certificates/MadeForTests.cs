using Locald.Certificates;

namespace Locald.Tests.Certificates;

public sealed class MadeForTests
{
    [Fact]
    public void The_user_and_the_first_part_of_the_host_are_named() =>
        Assert.Equal("ana@laptop", MadeFor.Describe(Variables(("USER", "ana")), behindSudo: false, "laptop.home.arpa"));

    [Fact]
    public void Behind_sudo_it_is_the_user_who_called_it() =>
        Assert.Equal("ana@laptop", MadeFor.Describe(Variables(("USER", "root"), ("SUDO_USER", "ana")), behindSudo: true, "laptop"));

    [Theory]
    [InlineData("LOGNAME")]
    [InlineData("USERNAME")]
    public void Other_systems_have_other_variables(string variable) =>
        Assert.Equal("ana@laptop", MadeFor.Describe(Variables((variable, "ana")), behindSudo: false, "laptop"));

    [Fact]
    public void Without_any_there_is_still_a_name() => Assert.Equal("user@host", MadeFor.Describe(_ => null, behindSudo: false, ""));

    [Fact]
    public void Only_plain_characters_are_kept() =>
        Assert.Equal("Ren-e-O-n@caf", MadeFor.Describe(Variables(("USER", "Ren\u00e9e=O,n")), behindSudo: false, "caf\u00e9"));

    [Fact]
    public void Long_names_are_cut_to_what_a_common_name_holds() =>
        Assert.Equal(41, MadeFor.Describe(Variables(("USER", new string('u', 99))), behindSudo: false, new string('h', 99)).Length);

    private static Func<string, string?> Variables(params (string Name, string Value)[] set) =>
        name => set.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault();
}
