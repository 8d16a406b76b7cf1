using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.CommandLine;
using Locald.Trust;
using Locald.Trusting;
using Microsoft.Win32.SafeHandles;

namespace Locald.Commands;

/// <summary>
/// What commands that change trust stores call under sudo; not for people, and in no help. Reads requests from standard input
/// (<see cref="ElevatedRequest"/>), changes those stores that belong to the whole machine, and answers in lines (<see cref="ElevatedAnswer"/>).
/// </summary>
internal static class ChangeStoresCommand
{
    internal const string Name = "__change-stores";

    internal static Command Definition { get; } = new()
    {
        Name = Name,
        Summary = "change the machine's trust stores (called by trust and untrust, under sudo)",
        Run = (_, session) => Task.FromResult(Run(OpenInput(), session)),
    };

    internal static ExitCode Run(TextReader input, Session session)
    {
        ExitCode code = ExitCode.Done;
        while (ElevatedRequest.ReadLine(input) is { } line)
        {
            ElevatedRequest request = ElevatedRequest.Parse(line)
                ?? throw new UserError(Name, "standard input holds no request", ExitCode.Usage, "locald help trust");
            StoreResult result = Change(request, session);
            session.Terminal.Raw(ElevatedAnswer.Format(result));
            code = result.Outcome == StoreOutcome.Failed ? ExitCode.Failed : code;
        }

        return code;
    }

    /// <summary>Standard input, which sudo gives us: nobody types here, so it needs nothing of a console.</summary>
    private static StreamReader OpenInput() => new(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0));

    private static StoreResult Change(ElevatedRequest request, Session session)
    {
        using X509Certificate2 root = Load(request.Der);

        // Nothing in a home folder is changed as root: whoever owns the folder could lead us anywhere.
        return Stores.FromId(session, request.StoreId) is { Kind: StoreKind.System or StoreKind.Java or StoreKind.Policy } store
            ? request.Verb == StoreVerb.Install ? store.Install(root) : store.Remove(root)
            : throw new UserError(Name, $"there is no store '{request.StoreId}' that root changes", ExitCode.Usage, "locald doctor");
    }

    private static X509Certificate2 Load(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            throw new UserError(Name, "the request holds no certificate", ExitCode.Usage, "locald help trust");
        }
    }
}
