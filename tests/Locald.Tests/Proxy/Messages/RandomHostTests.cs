using System.Text;
using Locald.Proxy;
using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

[Trait("Inputs", "Random")]
public sealed class RandomHostTests
{
    private static readonly string[] Hosts =
    [
        "app.localhost", "app.localhost:8443", "a.b.localhost.", "[::1]:443", "[::ffff:127.0.0.1]", "127.0.0.1", "LOCALHOST.:1", "my_app-2.localhost:",
    ];

    private static readonly string[] Tokens =
        [".", "..", ":", "::", "[", "]", "@", "%", "%lo", "/", "\\", "-", "_", "0", "65535", "65536", "x", " ", "\0", "\u00fc", ",", "127.1", "0x7f.1"];

    [Fact]
    public void A_host_is_read_within_its_bytes_and_has_no_byte_that_ends_one_elsewhere()
    {
        double accepted = RandomInputs.Run(Hosts, Tokens, (bytes, _) =>
        {
            if (!HostSyntax.TryRead(bytes, out int length))
            {
                return false;
            }

            Assert.InRange(length, 1, bytes.Length);
            Assert.InRange(bytes.Length, 1, Limits.Authority);
            string authority = Heads.Text(bytes), host = authority[..length], port = authority[length..];
            Assert.True(port.Length == 0 || port == ":" || (port[0] == ':' && int.Parse(port[1..]) <= 65535));
            Assert.DoesNotContain(host, c => !char.IsAsciiLetterOrDigit(c) && !".-_[]:".Contains(c));
            Assert.Equal(host[0] == '[', host.Contains(':'));
            Assert.True(HostSyntax.TryRead(Encoding.ASCII.GetBytes(host), out int alone) && alone == length);
            if (HostScope.Covers(Encoding.ASCII.GetBytes(host.ToLowerInvariant()))
                && Uri.TryCreate($"https://{host.TrimEnd('.')}/", UriKind.Absolute, out Uri? url))
            {
                // What another parser makes of the name stays on this machine as well.
                Assert.True(url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase), url.Host);
            }

            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }
}
