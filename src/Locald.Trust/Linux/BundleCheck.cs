namespace Locald.Trust.Linux;

/// <summary>What the files that clients read say about a root.</summary>
/// <param name="State">Trusted only where every bundle that exists is whole, readable for everybody and holds the root.</param>
/// <param name="Detail">The same for a person.</param>
/// <param name="Holding">The bundles that hold the root.</param>
public sealed record BundleCheck(StoreState State, string Detail, IReadOnlyList<string> Holding)
{
    /// <summary>Compares DER: neither a subject nor a file name proves that clients accept this very root.</summary>
    public static BundleCheck Of(LinuxMachine machine, IReadOnlyList<string> bundles, ReadOnlySpan<byte> der)
    {
        List<string> holding = [];
        string? lacking = null;
        string? damage = null;
        foreach (string bundle in bundles.Where(b => File.Exists(machine.At(b))))
        {
            try
            {
                PemFile pem = PemFile.Parse(File.ReadAllBytes(machine.At(bundle)));
                if (pem.Holds(der))
                {
                    holding.Add(bundle);
                }
                else
                {
                    lacking ??= bundle;
                }

                damage ??= Damage(machine.At(bundle), pem) is { } found ? $"{bundle} {found}" : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                damage ??= $"{bundle} cannot be read: {e.Message.TrimEnd('.')}";
            }
        }

        return (damage, lacking, holding.Count) switch
        {
            ({ } reason, _, _) => new(StoreState.Broken, reason, holding),
            (_, { } bundle, _) => new(StoreState.Missing, $"{bundle} does not hold the root", holding),
            (_, _, 0) => new(StoreState.Missing, $"{bundles[0]} does not exist", holding),
            _ => new(StoreState.Trusted, $"{string.Join(" and ", holding)} {(holding.Count == 1 ? "holds" : "hold")} the root", holding),
        };
    }

    private static string? Damage(string path, PemFile pem)
    {
        if (pem.DamagedLine is { } line)
        {
            return $"is damaged at line {line}, where clients stop reading";
        }

        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.OtherRead) == 0
            ? "cannot be read by other users" : null;
    }
}
