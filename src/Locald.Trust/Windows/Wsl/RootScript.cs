using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Locald.Trust.Windows.Wsl;

internal enum RootScriptVerb
{
    /// <summary>List only.</summary>
    Look,

    /// <summary>Put the certificate into a Root store, then list.</summary>
    Add,

    /// <summary>Take the certificate out of a Root store, then list.</summary>
    Remove,
}

/// <summary>
/// What PowerShell is told to do with Windows' Root stores. It is given everything in its own text, so that no file, no path and no
/// variable has to be shared between the two systems, and answers in lines (<see cref="RootScriptAnswer"/>) of plain ASCII, because
/// its output comes in the code page of some console. Understood by Windows PowerShell 5.1, which is part of Windows 10 and later.
/// </summary>
internal static class RootScript
{
    private const string Text = """
        $ErrorActionPreference = 'Stop'
        $ProgressPreference = 'SilentlyContinue'
        if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') { 'restricted'; exit }

        $verb = '@verb'
        $places = '@places'
        $wanted = '@certificate'

        function Say([string] $line) { [Console]::Out.WriteLine($line) }

        # In the answer a message is Base64 of UTF-8: it is in the user's language.
        function Tell([string] $what, [string] $place, $problem) {
            $cause = $problem.Exception
            while ($cause.InnerException) { $cause = $cause.InnerException }
            $message = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($cause.Message))
            Say "$what $place $($cause.HResult) $message"
        }

        function Open([string] $list, [string] $place, [string] $how) {
            $store = New-Object System.Security.Cryptography.X509Certificates.X509Store $list, $place
            $store.Open($how)
            $store
        }

        function Change([string] $place) {
            if ($place -eq 'CurrentUser' -and -not [Environment]::UserInteractive) { Say 'unattended'; return }
            try {
                $bytes = [Convert]::FromBase64String($wanted)
                $certificate = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 (, $bytes)
                $store = Open 'Root' $place 'ReadWrite'
                if ($verb -eq 'Add') { $store.Add($certificate) } else { $store.Remove($certificate) }
                $store.Close()
            }
            catch { Tell 'failed' $place $_ }
        }

        function Show([string] $list, [string] $place) {
            try { $store = Open $list $place 'ReadOnly' }
            catch {
                # A list of untrusted certificates that nobody can read keeps nobody from trusting one.
                if ($list -eq 'Root') { Tell 'unread' $place $_ }
                return
            }
            foreach ($certificate in $store.Certificates) {
                $der = [Convert]::ToBase64String($certificate.RawData)
                if ($der -ceq $wanted -or $certificate.Subject.Contains('locald CA ')) { Say "$list $place $der" }
            }
            $store.Close()
        }

        foreach ($place in $places.Split(',')) { if ($place) { Change $place } }
        foreach ($place in 'CurrentUser', 'LocalMachine') { Show 'Root' $place; Show 'Disallowed' $place }
        try {
            $flags = [Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\SystemCertificates\Root\ProtectedRoots', 'Flags', 0)
            if ($flags -band 1) { Say 'forbidden' }
        }
        catch { }
        Say 'end'
        """;

    /// <summary>The command line after the program's name.</summary>
    /// <param name="verb">What to do.</param>
    /// <param name="root">What to do it with; null where only predecessors are looked for.</param>
    /// <param name="places">The Root stores to change; none for a look.</param>
    public static string[] CommandLine(RootScriptVerb verb, X509Certificate2? root, params IReadOnlyList<StoreLocation> places)
    {
        string script = Text.Replace("@verb", verb.ToString()).Replace("@places", string.Join(',', places))
            .Replace("@certificate", root is null ? "" : Convert.ToBase64String(root.RawDataMemory.Span));
        return ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-OutputFormat", "Text",
            "-EncodedCommand", Convert.ToBase64String(Encoding.Unicode.GetBytes(script))];
    }
}
