using Locald.CommandLine;
using Locald.Control;
using Locald.Doctor;
using Locald.Doctor.Probe;
using Locald.Trusting;

namespace Locald.Commands;

internal static class DoctorCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "doctor",
        Summary = "check everything, and say what mends what is wrong",
        Examples =
        [
            new("locald doctor", "every check, then each fix once"),
            new("locald doctor --json", "the same for scripts; the ids are stable"),
        ],
        Options = StoreChoice.LookOptions,
        Notes = """
            Looks at the root's files, the trust stores, how clients resolve names, the ports 443 and 80, and
            the running instance. Serves a certificate made just now on a loopback port, and asks each kind of
            client that is here to verify it. Changes nothing.

            Exit code 0 where no check failed, 3 where only trust is missing, else 1.

            JSON: {checks: [{id, severity: ok|info|warning|failed, detail, store, remediation}], fixes:
            [{commands, resolves}], exitCode}; ids: ca.root, ca.rotation, ca.retired; trust.KIND and
            trust.KIND.stray with the store's id, for the kinds system, nss, java, policy, windows;
            probe.system, probe.nss, probe.curl, probe.openssl, probe.python, probe.node, probe.java;
            names.resolve, ports.https, ports.http, instance
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        Task<Check> resolution = ResolutionCheck.RunAsync(session);
        (IReadOnlyList<StoreReport> stores, IReadOnlyList<Check> trust) = await TrustChecks.RunAsync(session, StoreChoice.Parse("doctor", arguments));
        (Check instance, InstanceStatus? running) = await InstanceCheck.RunAsync(session);
        Diagnosis diagnosis = new([.. RootCheck.Run(session), .. trust, .. await LiveProbe.RunAsync(session, stores), await resolution, .. PortChecks.Run(running), instance]);
        if (arguments.Has("--json"))
        {
            session.Terminal.Json(diagnosis.Write);
        }
        else
        {
            diagnosis.Show(session.Terminal);
        }

        return diagnosis.Code;
    }
}
