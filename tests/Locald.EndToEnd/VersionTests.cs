namespace Locald.EndToEnd;

public sealed class VersionTests
{
    [Fact]
    public void The_binary_is_named() => Assert.NotNull(Environment.GetEnvironmentVariable("LOCALD_BIN"));
}
