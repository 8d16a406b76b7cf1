using System.Text;
using Locald.Proxy;
using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

public sealed class NominatedFieldTests
{
    [Theory]
    [InlineData(Limits.Nominated, HeadFault.None)]
    [InlineData(Limits.Nominated + 1, HeadFault.TooManyFields)]
    public void Connection_names_a_bounded_number_of_fields(int names, HeadFault expected)
    {
        string options = string.Join(',', Enumerable.Repeat("x", names));
        using RequestHead head = new();

        HeadFault fault = head.Parse(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: {options}\r\n\r\n"));

        Assert.Equal(expected, fault);
    }
}
