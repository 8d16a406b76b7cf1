using System.Runtime.Versioning;

namespace Locald.Trust.Nss;

/// <summary>What a failed answer means for a person: why, and what to do.</summary>
/// <param name="Fault">Why, for a script.</param>
/// <param name="Detail">The same in one line, lower case, without a full stop.</param>
/// <param name="Hints">Commands or lines that mend it, most useful first.</param>
[SupportedOSPlatform("linux")]
internal sealed record NssFault(TrustFault Fault, string Detail, params string[] Hints)
{
    /// <summary>Error numbers that a user may meet (nss/lib/util/secerr.h), by NSS's own names.</summary>
    private static readonly Dictionary<int, string> s_names = new()
    {
        [-8174] = "SEC_ERROR_BAD_DATABASE",
        [-8172] = "SEC_ERROR_UNTRUSTED_ISSUER",
        [-8179] = "SEC_ERROR_UNKNOWN_ISSUER",
        [-8168] = "SEC_ERROR_ADDING_CERT",
        [-8126] = "SEC_ERROR_READ_ONLY",
        [-8128] = "SEC_ERROR_NO_TOKEN",
        [-8037] = "SEC_ERROR_TOKEN_NOT_LOGGED_IN",
        [-8177] = "SEC_ERROR_BAD_PASSWORD",
        [-8025] = "SEC_ERROR_PKCS11_DEVICE_ERROR",
        [-8023] = "SEC_ERROR_PKCS11_GENERAL_ERROR",
        [-8181] = "SEC_ERROR_EXPIRED_CERTIFICATE",
        [-8080] = "SEC_ERROR_CERT_NOT_IN_NAME_SPACE",
        [-12276] = "SSL_ERROR_BAD_CERT_DOMAIN",
    };

    /// <summary>The number of the first of NSS's names that stands in a text; 0 where none does.</summary>
    internal static int Number(string text) => s_names.FirstOrDefault(n => text.Contains(n.Value, StringComparison.Ordinal)).Key;

    /// <summary>An error number as people look it up.</summary>
    internal static string Name(int error) => s_names.TryGetValue(error, out string? name) ? $"{name} ({error})" : $"NSS error {error}";

    /// <param name="answer">One that is not done.</param>
    /// <param name="folder">The database's folder.</param>
    /// <param name="again">The command that tries again.</param>
    internal static NssFault Of(NssAnswer answer, string folder, string again)
    {
        string listing = $"ls -ld {ShellWord.Quote(folder)} {ShellWord.Quote(folder)}/*.db";
        return answer switch
        {
            { Step: "login" } or { Error: -8037 } or { Step: Certutil.Failed, Error: -8177 } => new(TrustFault.PasswordNeeded, "a primary password protects it, and trust cannot be written without it",
                "locald trust --policy", $"remove the primary password in the browser's settings, then: {again}"),
            { Step: NssAnswer.Time } => new(TrustFault.ToolTimedOut, $"NSS gave {answer.Message}; with a damaged database it may wait for ever", listing),
            { Step: "folder", Condition: not "full" } => new(TrustFault.NotPermitted, $"this user cannot make {folder}", $"ls -ld {ShellWord.Quote(Path.GetDirectoryName(folder) ?? "/")}"),
            { Step: "become" } => new(TrustFault.NotPermitted, "the program could not become the user whose it is", again),
            { Condition: "nofile" } => new(TrustFault.StoreDamaged, "its cert9.db or key4.db is no ordinary file", $"ls -l {ShellWord.Quote(folder)}"),
            { Condition: "locked" } => new(TrustFault.Locked, "another program holds it locked", $"close the browser that uses it, then: {again}"),
            { Condition: "full" } => new(TrustFault.NotWritable, "the disk is full", $"df -h {ShellWord.Quote(folder)}"),
            { Error: -8126 } or { Condition: "unreadable" } => new(TrustFault.NotPermitted, "this user may not change it", listing),
            { Condition: "damaged" } => new(TrustFault.StoreDamaged, $"it is damaged ({Name(answer.Error)}): the browser could not read it either",
                $"move it away, so that the browser makes a new one: mv {ShellWord.Quote(folder)}/cert9.db {ShellWord.Quote(folder)}/cert9.db.damaged", again),
            { Error: 0, Message: { } message } => new(TrustFault.ToolFailed, message, again),
            _ => new(TrustFault.ToolFailed, $"NSS says {Name(answer.Error)} at the step '{answer.Step}'", listing),
        };
    }
}
