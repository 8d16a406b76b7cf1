using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Java;

/// <summary>The keytool of one Java, as it is run on a copy of the key store, and as a person types it for the key store itself.</summary>
internal sealed class Keytool(JavaHome java, LinuxMachine machine)
{
    private static readonly string[] s_password = ["-storepass", KeyStoreFile.DefaultPassword];

    private string Program => java.Keytool ?? "keytool";

    internal ToolRun Import(string keyStore, string alias, X509Certificate2 root) =>
        Run(["-importcert", "-noprompt", "-alias", alias, "-keystore", keyStore, .. s_password], root.ExportCertificatePem() + "\n");

    internal ToolRun Delete(string keyStore, string alias) => Run(["-delete", "-alias", alias, "-keystore", keyStore, .. s_password], "");

    internal string ImportCommand(string alias, string pemFile) => Command(["-importcert", "-noprompt", "-alias", alias, "-file", pemFile, "-keystore", java.KeyStore, .. s_password]);

    internal string DeleteCommand(string alias) => Command(["-delete", "-alias", alias, "-keystore", java.KeyStore, .. s_password]);

    internal string ListCommand => Command(["-list", "-keystore", java.KeyStore]);

    /// <summary>The same as a person types it who knows the password, which it asks for.</summary>
    internal string ImportAskingCommand => "locald ca > root.pem && " + Command(["-importcert", "-alias", "locald", "-file", "root.pem", "-keystore", java.KeyStore]);

    internal string Complaint(ToolRun run) => run.End switch
    {
        ToolEnd.TimedOut => $"keytool did not end within {machine.ToolLimit.TotalSeconds:0} s and was stopped",
        ToolEnd.NotStarted => $"keytool could not be started: {run.LastLine}",
        _ => $"keytool ended with code {run.ExitCode}: {run.Output.Split('\n').FirstOrDefault(l => l.StartsWith("keytool error: ", StringComparison.Ordinal))?.Trim() ?? run.LastLine}",
    };

    internal static bool LacksPassword(ToolRun run) => run.Output.Contains("password was incorrect", StringComparison.Ordinal);

    /// <summary>In English, since its complaint is quoted and searched.</summary>
    private ToolRun Run(string[] arguments, string input) => ToolRun.Of(machine, new(Program, ["-J-Duser.language=en", .. arguments]), input);

    private string Command(string[] arguments) => string.Join(' ', arguments.Prepend(Program).Select(ShellWord.Quote));
}
