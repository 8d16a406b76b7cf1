using System.Globalization;
using Locald.Certificates;
using Locald.CommandLine;

namespace Locald.Issuing;

/// <summary>What <c>locald cert</c> was asked for.</summary>
/// <param name="Names">As the certificate will carry them, in order, each once.</param>
/// <param name="Life">How long it is to be valid.</param>
/// <param name="Target">The files to write.</param>
internal sealed record IssueRequest(IReadOnlyList<string> Names, TimeSpan Life, IssueTarget Target)
{
    internal const string Cert = "--cert";
    internal const string Key = "--key";
    internal const string Pkcs12 = "--pkcs12";
    internal const string PasswordEnv = "--password-env";
    internal const string PasswordFile = "--password-file";
    internal const string Days = "--days";
    internal const string Json = "--json";

    /// <summary>Nothing remakes a file before it expires, so files live longer than what <c>serve</c> makes.</summary>
    internal const int DefaultDays = 365;

    private const int MostDays = 3650;

    /// <summary>Apple's limit for certificates below a root that the user installed (support.apple.com/103769).</summary>
    internal static readonly TimeSpan AppleLimit = TimeSpan.FromDays(825);

    /// <exception cref="UserError">The options contradict each other, or one has a bad value.</exception>
    /// <exception cref="NameException">One of the names gets no certificate.</exception>
    internal static IssueRequest From(Arguments arguments, Session session)
    {
        if (arguments.Words.Count == 0)
        {
            throw Usage("no name was given", "locald cert app.localhost");
        }

        string[] names = [.. arguments.Words.Select(word => ServerName.Canonical(InFull(word))).Distinct()];
        return new IssueRequest(names, TimeSpan.FromDays(ReadDays(arguments)), ReadTarget(names, arguments, session));
    }

    internal static UserError Usage(string why, string hint) => new("cert", why, ExitCode.Usage, hint);

    /// <summary>A single label means the name below localhost, as in a route: <c>app</c>, <c>*.app</c>.</summary>
    private static string InFull(string word)
    {
        string host = word.StartsWith("*.", StringComparison.Ordinal) ? word[2..] : word;
        bool single = host.Length > 0 && !host.AsSpan().ContainsAny('.', ':', '*') && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        return single ? $"{word}.localhost" : word;
    }

    private static int ReadDays(Arguments arguments)
    {
        if (arguments.Value(Days) is not { } text)
        {
            return DefaultDays;
        }

        return int.TryParse(text, NumberStyles.None, null, out int days) && days is >= 1 and <= MostDays
            ? days
            : throw Usage($"{Days} is '{text}', not a number from 1 to {MostDays}", $"{arguments.Retry.With(Days, $"{DefaultDays}")}");
    }

    private static IssueTarget ReadTarget(string[] names, Arguments arguments, Session session)
    {
        string? cert = arguments.Value(Cert);
        string? key = arguments.Value(Key);
        string? password = arguments.Value(PasswordEnv) ?? arguments.Value(PasswordFile);
        if (arguments.Value(Pkcs12) is { } pkcs12)
        {
            return cert is null && key is null
                ? new Pkcs12Target(Absolute(session, pkcs12), ReadPassword(arguments, session))
                : throw Usage($"{Pkcs12} holds the key too, and excludes {Cert} and {Key}", password is null ? WithPassword(arguments.Retry.Without(Cert).Without(Key)) : $"{arguments.Retry.Without(Cert).Without(Key)}");
        }

        if (password is not null)
        {
            throw Usage($"only a PKCS#12 file has a password", $"{arguments.Retry.With(Pkcs12, $"{FileStem(names)}.p12")}");
        }

        if (cert is null != key is null)
        {
            throw Usage($"{Cert} and {Key} go together", $"{(cert is null ? arguments.Retry.With(Cert, "tls.crt") : arguments.Retry.With(Key, "tls.key"))}");
        }

        string stem = FileStem(names);
        return new PemTarget(Absolute(session, cert ?? $"{stem}.pem"), Absolute(session, key ?? $"{stem}-key.pem"));
    }

    private static string WithPassword(Retry retry) => $"P12=secret {retry.Without(PasswordFile).With(PasswordEnv, "P12")}";

    /// <summary>A password on the command line could be read by every user of the machine, so there is no option for it.</summary>
    private static string ReadPassword(Arguments arguments, Session session)
    {
        switch (arguments.Value(PasswordEnv), arguments.Value(PasswordFile))
        {
            case ({ } variable, null):
                return session.Variable(variable)
                    ?? throw Usage($"the variable {variable} is unset or empty", $"{variable}=secret {arguments.Retry}");
            case (null, { } file):
                string path = Absolute(session, file);
                return Disk.Read(path).Split('\n')[0].TrimEnd('\r') is { Length: > 0 } line
                    ? line
                    : throw Usage($"the first line of {path} is empty", WithPassword(arguments.Retry));
            default:
                throw Usage($"a PKCS#12 file needs a password: either {PasswordEnv} or {PasswordFile}", WithPassword(arguments.Retry));
        }
    }

    /// <summary>The names that mkcert's users know: <c>_wildcard.app.localhost+1.pem</c>.</summary>
    private static string FileStem(string[] names)
    {
        string first = names[0].Replace(':', '_').Replace("*", "_wildcard");
        return names.Length == 1 ? first : $"{first}+{names.Length - 1}";
    }

    private static string Absolute(Session session, string path) => Path.GetFullPath(path, session.WorkingFolder);
}
