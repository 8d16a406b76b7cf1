using Locald.Proxy.Connections;

namespace Locald.Tests.Proxy.Serving;

public sealed class DescriptorShortageTests
{
    [Fact]
    public void A_shortage_is_told_once_however_long_it_lasts_and_again_after_a_minute_without()
    {
        long now = 0;
        List<string> told = [];
        DescriptorShortage shortage = new(() => now, told.Add);
        for (int i = 0; i < 5000; i++, now += 100)
        {
            shortage.Seen(connections: 48);
        }

        Assert.Equal(["no file descriptor is left, with 48 connections open: new ones wait until others end"], told);
        now += DescriptorShortage.News - 100;
        shortage.Seen(connections: 1);
        Assert.Single(told);
        now += DescriptorShortage.News + 1;
        shortage.Seen(connections: 1);
        Assert.Equal(2, told.Count);
    }
}
