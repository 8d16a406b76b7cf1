using Locald.Commands;

namespace Locald;

internal static class Program
{
    private static async Task<int> Main(string[] line)
    {
        NativeStart.Prepare();
        Terminal terminal = Terminal.ForProcess();
        try
        {
            return (int)await CommandTable.RunAsync(line, Session.ForProcess());
        }
        catch (UserError error)
        {
            terminal.Error(error);
            return (int)error.Code;
        }
    }
}
