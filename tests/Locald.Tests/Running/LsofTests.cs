using Locald.Running.Unix;

namespace Locald.Tests.Running;

public sealed class LsofTests
{
    [Fact]
    public void Ports_of_both_families_are_read_once_each() =>
        Assert.Equal([3000, 5173, 24678], Lsof.Parse("p4242\nf21\nn127.0.0.1:3000\nf22\nn[::1]:3000\nf23\nn*:5173\np4243\nf9\nn[::]:24678\n"));

    [Theory]
    [InlineData("")]
    [InlineData("lsof: WARNING: can't stat() fuse file system\n")]
    [InlineData("nothing:here\n")]
    public void What_is_no_port_is_passed_over(string output) => Assert.Empty(Lsof.Parse(output));
}
