using Locald.Commands;

namespace Locald.Tests.Commands;

public sealed class ChangeStoresTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_request_without_an_end_is_refused()
    {
        UserError refused = await Task.Run(() => Assert.Throws<UserError>(() => ChangeStoresCommand.Run(new Endless(), Session)), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, refused.Code);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("install system")]
    [InlineData("install system AAAA\n")]
    [InlineData("install no-such-store AAAA\n")]
    public void What_is_no_request_is_refused(string input) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<UserError>(() => ChangeStoresCommand.Run(new StringReader(input), Session)).Code);

    [Fact]
    public void Without_a_request_nothing_is_done() =>
        Assert.Equal(ExitCode.Done, ChangeStoresCommand.Run(new StringReader(""), Session));

    private static Session Session => new()
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false),
        Variable = _ => null,
        TrustStores = _ => throw new InvalidOperationException("a store was asked"),
    };

    private sealed class Endless : TextReader
    {
        public override int Read() => 'x';

        public override string ReadLine() => throw new InvalidOperationException("a line without an end was read whole");
    }
}
