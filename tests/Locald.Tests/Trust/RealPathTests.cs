using System.Runtime.Versioning;
using Locald.Tests.Trust.Linux;
using Locald.Trust;

namespace Locald.Tests.Trust;

[SupportedOSPlatform("linux")]
public sealed class RealPathTests : IDisposable
{
    private readonly FakeLinux _linux = new();

    public void Dispose() => _linux.Dispose();

    [Fact]
    public void Links_anywhere_on_the_way_are_followed()
    {
        _linux.Folder("/real/inner");
        _linux.Link("/link", "real");
        _linux.Link("/real/back", "../link/inner");
        _linux.Link("/absolute", _linux.At("/real"));
        Assert.Equal(_linux.At("/real/inner"), RealPath.Of(_linux.At("/link/inner")));
        Assert.Equal(_linux.At("/real/inner"), RealPath.Of(_linux.At("/absolute/back")));
        Assert.Equal(_linux.At("/real/inner"), RealPath.Of(_linux.At("/link/./inner/../back")));
    }

    [Fact]
    public void What_does_not_exist_is_kept_as_written()
    {
        _linux.Link("/link", "nowhere/at all");
        Assert.Equal(_linux.At("/nowhere/at all/x"), RealPath.Of(_linux.At("/link/x")));
        Assert.Equal("/", RealPath.Of("/.."));
    }

    [Fact]
    public void A_circle_leads_nowhere()
    {
        _linux.Link("/a", "b");
        _linux.Link("/b", "a/c");
        _linux.Link("/self", "self");
        Assert.Null(RealPath.Of(_linux.At("/a")));
        Assert.Null(RealPath.Of(_linux.At("/self/x")));
    }
}
