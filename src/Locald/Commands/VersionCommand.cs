using System.Reflection;
using Locald.CommandLine;

namespace Locald.Commands;

internal static class VersionCommand
{
    public static string Number { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Command Definition { get; } = new()
    {
        Name = "version",
        Summary = "print the version",
        Run = (_, session) =>
        {
            session.Terminal.Data(Number);
            return Task.FromResult(ExitCode.Done);
        },
    };
}
