using Locald.Commands;

namespace Locald;

internal static class Program
{
    private static async Task<int> Main(string[] line)
    {
        NativeStart.Prepare();
        Session session = Session.ForProcess();
        try
        {
            return (int)await CommandTable.RunAsync(line, session);
        }
        catch (Exception exception) when (Faults.Explain(exception, line) is { } error)
        {
            session.Terminal.Error(error);
            return (int)error.Code;
        }
    }
}
