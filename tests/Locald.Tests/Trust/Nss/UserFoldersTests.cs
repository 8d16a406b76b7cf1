using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

public sealed class UserFoldersTests
{
    [Fact]
    public void The_root_folder_may_be_the_home()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere browsers have no NSS databases to look for");
        UserFolders user = UserFolders.Of(new("/", _ => null))!;
        Assert.Equal(["/.local/share", "/.config", "/.cache"], user.Data.Concat(user.Config).Concat(user.Cache));
        Assert.Equal("/snap/firefox/current", user.Snap("firefox").First().Home);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("home/u")]
    [InlineData("/nowhere/at/all")]
    public void A_home_that_is_none_is_not_searched(string? home) => Assert.Null(UserFolders.Of(new(home, _ => null)));
}
