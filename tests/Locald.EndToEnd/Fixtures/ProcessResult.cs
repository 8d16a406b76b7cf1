namespace Locald.EndToEnd.Fixtures;

/// <summary>What a program left behind.</summary>
/// <param name="Command">Its command line, for messages.</param>
/// <param name="Code">Exit code; 128 + the signal's number where one ended it.</param>
/// <param name="Out">All of standard output.</param>
/// <param name="Error">All of standard error.</param>
public sealed record ProcessResult(string Command, int Code, string Out, string Error)
{
    /// <summary>Itself, where the exit code is the expected one; else the test fails with all that was said.</summary>
    public ProcessResult ShouldExit(int code)
    {
        Assert.True(Code == code, $"expected exit code {code}\n{this}");
        return this;
    }

    public override string ToString() => $"$ {Command}\nexit code {Code}\n--- stdout\n{Out}\n--- stderr\n{Error}";
}
