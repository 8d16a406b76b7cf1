using Locald.Running;

namespace Locald.Tests.Running;

public sealed class AppEndTests
{
    [Theory]
    [InlineData(0x0000, 0, "exit code 0")]
    [InlineData(0x0700, 7, "exit code 7")]
    [InlineData(0xFF00, 255, "exit code 255")]
    [InlineData(0x0009, 137, "signal 9")]
    [InlineData(0x008B, 139, "signal 11")]
    public void What_the_system_tells_of_an_end_is_a_shells_exit_code(int status, int code, string words)
    {
        AppEnd end = AppEnd.FromStatus(status);
        Assert.Equal((code, words), (end.Code, end.ToString()));
    }
}
