using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.CommandLine;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Commands;

/// <summary>
/// What <c>trust</c> and <c>untrust</c> call under sudo; not for people, and in no help. Reads one PEM certificate from standard
/// input, changes the system's store and answers in lines (<see cref="ElevatedAnswer"/>).
/// </summary>
internal static class SystemStoreCommand
{
    internal const string Name = "__system-store";

    /// <summary>More than any certificate takes.</summary>
    private const int LongestInput = 64 * 1024;

    internal static Command Definition { get; } = new()
    {
        Name = Name,
        Summary = "change the system's trust store (called by trust and untrust, under sudo)",
        Usage = "install|remove",
        MaxWords = 1,
        Run = (arguments, session) => Task.FromResult(Run(arguments.Words is [string word] ? word : null, Console.In, session)),
    };

    internal static string Word(StoreVerb verb) => verb == StoreVerb.Install ? "install" : "remove";

    internal static ExitCode Run(string? word, TextReader input, Session session)
    {
        using X509Certificate2 root = Read(input);
        StoreResult result = (word, Stores.Find(session) is [{ } first, ..] ? first : null) switch
        {
            (_, null) => throw new UserError(Name, "this system has no store that this version can change", ExitCode.Failed, "locald doctor"),
            ("install", { } store) => store.Install(root),
            ("remove", { } store) => store.Remove(root),
            _ => throw new UserError(Name, "expected 'install' or 'remove'", ExitCode.Usage, "locald help trust"),
        };
        session.Terminal.Raw(ElevatedAnswer.Format(result));
        return result.Outcome == StoreOutcome.Failed ? ExitCode.Failed : ExitCode.Done;
    }

    private static X509Certificate2 Read(TextReader input)
    {
        char[] text = new char[LongestInput];
        try
        {
            return X509CertificateLoader.LoadCertificate(System.Text.Encoding.ASCII.GetBytes(text, 0, input.ReadBlock(text)));
        }
        catch (CryptographicException)
        {
            throw new UserError(Name, "standard input holds no PEM certificate", ExitCode.Usage, "locald help trust");
        }
    }
}
