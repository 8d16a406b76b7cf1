using Locald.Commands;
using Locald.Control;
using Locald.Tests.Certificates;

namespace Locald.Tests.Commands;

/// <summary>A user's state and working folder, and the environment that commands are run in.</summary>
internal sealed class Home : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal Home()
    {
        WorkingFolder = _folder["work"];
        Directory.CreateDirectory(WorkingFolder);
    }

    internal string WorkingFolder { get; }

    internal string Ca => _folder["state/ca"];

    /// <summary>Where this user's running instance listens.</summary>
    internal string ControlSocket
    {
        get
        {
            // Without it the runtime folder of whoever runs the tests would be asked first.
            Variables["LOCALD_HOME"] = _folder["state"];
            return ControlPath.Candidates(Session(Terminal(Stream.Null)))[0];
        }
    }

    internal string? SystemBundle { get; set; }

    internal Dictionary<string, string> Variables { get; } = [];

    /// <summary>A path below the working folder.</summary>
    internal string this[string name] => Path.Combine(WorkingFolder, name);

    internal Task<Transcript> Run(params string[] line) => Transcript.Of(Session(Terminal(Stream.Null)), line);

    /// <summary>Runs a command that writes bytes, and returns these.</summary>
    internal async Task<byte[]> RunForBytes(params string[] line)
    {
        using MemoryStream output = new();
        Assert.Equal(ExitCode.Done, await CommandTable.RunAsync(line, Session(Terminal(output))));
        return output.ToArray();
    }

    private Session Session(Terminal terminal) => new()
    {
        Terminal = terminal,
        State = new StateFolder(_folder["state"]),
        WorkingFolder = WorkingFolder,
        SystemBundle = () => SystemBundle,
        Variable = name => Variables.GetValueOrDefault(name),
    };

    private static Terminal Terminal(Stream bytes) => new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false, bytes);

    public void Dispose() => _folder.Dispose();
}
