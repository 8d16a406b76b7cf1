using System.Text;
using Locald.Certificates;
using Locald.ClientTrust;
using Locald.CommandLine;

namespace Locald.Commands;

internal static class EnvCommand
{
    private const string Shell = "--shell";

    public static Command Definition { get; } = new()
    {
        Name = "env",
        Summary = "print variables that make node, python, curl, git and others trust the root",
        Usage = "[--shell sh|fish|powershell|github|dotenv]",
        Examples =
        [
            new("eval \"$(locald env)\"", "node and others that keep roots of their own trust it too, in this shell"),
            new("locald env --shell fish | source", "the same for fish"),
            new("locald env --shell powershell | Out-String | Invoke-Expression", "the same for PowerShell"),
            new("locald env --shell github", "for the later steps of a GitHub Actions job"),
            new("locald env --shell dotenv > .env", "for tools that read such a file"),
        ],
        Options = [new(Shell, "SHELL", "sh (the default, on Windows powershell), fish, powershell, github or dotenv")],
        Notes = """
            Most of these variables replace the roots of a client, so they name a bundle of the system's roots
            and locald's. It is made afresh at each run; where SSL_CERT_FILE is set already, its roots take the
            place of the system's.

            With --shell github and GITHUB_ENV set, the lines are added to that file and not printed.
            """,
        Run = (arguments, session) =>
        {
            ShellKind shell = ReadShell(arguments);
            using CertManager certificates = Authority.Open(session);
            ClientEnvironment environment = ClientEnvironment.Of(session, certificates);
            if (!environment.HasSystemRoots)
            {
                session.Terminal.Warn("this system has no roots of its own, so these clients will trust locald's alone");
            }

            Print(shell, [.. Lines(shell, environment)], session);
            return Task.FromResult(ExitCode.Done);
        },
    };

    private static ShellKind ReadShell(Arguments arguments)
    {
        string name = arguments.Value(Shell) ?? (OperatingSystem.IsWindows() ? "powershell" : "sh");
        if (ShellSyntax.Names.TryGetValue(name, out ShellKind shell))
        {
            return shell;
        }

        string known = string.Join(", ", ShellSyntax.Names.Keys);
        string hint = name is "bash" or "zsh" or "dash" ? "sh" : name is "pwsh" ? "powershell" : Nearest.To(name, ShellSyntax.Names.Keys) ?? "sh";
        throw new UserError("env", $"unknown shell '{name}': one of {known} was expected", ExitCode.Usage, $"locald env {Shell} {hint}");
    }

    private static IEnumerable<string> Lines(ShellKind shell, ClientEnvironment environment)
    {
        foreach ((string name, string value) in environment.Variables)
        {
            yield return ShellSyntax.Line(shell, name, value)
                ?? throw new UserError("env", $"the path {value} cannot be written in this format", ExitCode.Failed, "export LOCALD_HOME=\"$(mktemp -d)\"");
        }
    }

    /// <summary>In a job of GitHub Actions the lines go to the file that its later steps are started with.</summary>
    private static void Print(ShellKind shell, string[] lines, Session session)
    {
        if (shell != ShellKind.GitHub || session.Variable("GITHUB_ENV") is not { } file)
        {
            foreach (string line in lines)
            {
                session.Terminal.Data(line);
            }

            return;
        }

        string present = File.Exists(file) ? Disk.Read(file) : "";
        string[] missing = [.. lines.Except(present.Split('\n'))];
        if (missing.Length == 0)
        {
            session.Terminal.Say($"already in {file}");
            return;
        }

        bool complete = present.Length == 0 || present.EndsWith('\n');
        Disk.Append(file, Encoding.UTF8.GetBytes($"{(complete ? "" : "\n")}{string.Join('\n', missing)}\n"));
        session.Terminal.Say($"{missing.Length} variables added to {file}, for the later steps");
    }
}
