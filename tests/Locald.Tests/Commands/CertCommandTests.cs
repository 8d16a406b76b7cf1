using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Locald.Tests.Certificates;

namespace Locald.Tests.Commands;

[UnsupportedOSPlatform("windows")]
public sealed class CertCommandTests : IDisposable
{
    private const UnixFileMode Mode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Home _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_pair_of_files_is_written_here_and_told_line_by_line()
    {
        Transcript told = await _home.Run("cert", "app");
        Assert.Equal((ExitCode.Done, ""), (told.Code, told.Talk));
        string certificate = _home["app.localhost.pem"];
        string key = _home["app.localhost-key.pem"];
        string ends = $"{DateTime.UtcNow.AddHours(-1).AddDays(365):yyyy-MM-dd}";
        Assert.Equal($"certificate: {certificate}\nkey: {key}\nnames: app.localhost\nexpires: {ends}\n", told.Data);

        using X509Certificate2 pair = X509Certificate2.CreateFromPemFile(certificate, key);
        Assert.Equal(["app.localhost"], pair.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        Assert.Equal(Mode0600, File.GetUnixFileMode(key));
        Assert.Equal(Mode0600 | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(certificate));
        (int code, string output) = OpenSsl.Run(
            "verify", "-x509_strict", "-no-CApath", "-CAfile", Path.Combine(_home.Ca, "root.pem"), "-verify_hostname", "app.localhost", certificate);
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData("app.localhost", "app.localhost")]
    [InlineData("*.app", "_wildcard.app.localhost")]
    [InlineData("::1", "__1")]
    [InlineData("app *.app localhost", "app.localhost+2")]
    [InlineData("app app.localhost APP", "app.localhost")]
    public async Task Files_are_named_as_mkcert_names_them(string names, string stem)
    {
        await _home.Run(["cert", .. names.Split(' ')]);
        Assert.Equal([_home[$"{stem}-key.pem"], _home[$"{stem}.pem"]], Directory.EnumerateFiles(_home.WorkingFolder).Order());
    }

    [Fact]
    public async Task Files_may_have_names_of_their_own_and_are_replaced()
    {
        await _home.Run("cert", "app", "--cert", "tls.crt", "--key", "tls.key");
        string first = await File.ReadAllTextAsync(_home["tls.crt"], TestContext.Current.CancellationToken);
        await _home.Run("cert", "app", "--cert=tls.crt", "--key=tls.key");
        Assert.NotEqual(first, await File.ReadAllTextAsync(_home["tls.crt"], TestContext.Current.CancellationToken));
        X509Certificate2.CreateFromPemFile(_home["tls.crt"], _home["tls.key"]).Dispose();
    }

    [Fact]
    public async Task Certificate_and_key_may_share_a_file_that_nobody_else_reads()
    {
        await _home.Run("cert", "app", "--cert", "both.pem", "--key", "both.pem");
        X509Certificate2.CreateFromPemFile(_home["both.pem"], _home["both.pem"]).Dispose();
        Assert.Equal(Mode0600, File.GetUnixFileMode(_home["both.pem"]));
    }

    [Fact]
    public async Task A_link_stays_a_link()
    {
        File.CreateSymbolicLink(_home["tls.crt"], _home["real.crt"]);
        await _home.Run("cert", "app", "--cert", "tls.crt", "--key", "tls.key");
        Assert.True(File.Exists(_home["real.crt"]));
        Assert.Equal(_home["real.crt"], new FileInfo(_home["tls.crt"]).LinkTarget);
    }

    [Fact]
    public async Task Openssl_reads_the_PKCS12_file_and_finds_modern_encryption_and_the_root_in_it()
    {
        _home.Variables["P12"] = "sesame";
        Transcript told = await _home.Run("cert", "app", "--pkcs12", "app.p12", "--password-env", "P12", "--json");
        Assert.Equal((ExitCode.Done, ""), (told.Code, told.Talk));
        Assert.Equal(Mode0600, File.GetUnixFileMode(_home["app.p12"]));
        (int code, string info) = OpenSsl.Run("pkcs12", "-in", _home["app.p12"], "-passin", "pass:sesame", "-nodes", "-info");
        Assert.Equal(0, code);
        Assert.Contains("MAC: sha256", info);
        Assert.Contains("Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 2000, PRF hmacWithSHA256", info);
        Assert.Equal(2, info.Split("BEGIN CERTIFICATE").Length - 1);
        Assert.Contains("BEGIN PRIVATE KEY", info);
        Assert.NotEqual(0, OpenSsl.Run("pkcs12", "-in", _home["app.p12"], "-passin", "pass:wrong", "-nokeys").Code);

        using JsonDocument json = JsonDocument.Parse(told.Data);
        Assert.Equal(_home["app.p12"], json.RootElement.GetProperty("pkcs12").GetString());
        Assert.Equal("app.localhost", json.RootElement.GetProperty("names")[0].GetString());
        Assert.True(json.RootElement.GetProperty("expires").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddDays(364));
    }

    [Fact]
    public async Task The_password_may_be_a_files_first_line()
    {
        await File.WriteAllTextAsync(_home["password"], "sesame\r\nrest\n", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Done, (await _home.Run("cert", "app", "--pkcs12", "app.p12", "--password-file", "password")).Code);
        X509CertificateLoader.LoadPkcs12FromFile(_home["app.p12"], "sesame").Dispose();
    }

    [Fact]
    public async Task A_life_longer_than_Apple_allows_is_written_and_warned_of()
    {
        Transcript told = await _home.Run("cert", "app", "--days", "826");
        Assert.Equal((ExitCode.Done, "locald: Apple's clients refuse certificates of more than 825 days\n"), (told.Code, told.Talk));
        Assert.Equal("", (await _home.Run("cert", "app", "--days", "825")).Talk);
    }

    [Fact]
    public async Task A_life_beyond_the_roots_is_cut_and_told()
    {
        Transcript told = await _home.Run("cert", "app", "--days", "3650");
        Assert.Matches("the certificate ends on [0-9-]{10}, with the root\n$", told.Talk);
    }

    [Theory]
    [InlineData("cert", "no name was given", "locald cert app.localhost")]
    [InlineData("cert app --cert x", "--cert and --key go together", "locald cert --key tls.key app --cert x")]
    [InlineData("cert app --key x", "--cert and --key go together", "locald cert --cert tls.crt app --key x")]
    [InlineData("cert app --pkcs12 x", "a PKCS#12 file needs a password: either --password-env or --password-file", "P12=secret locald cert --password-env P12 app --pkcs12 x")]
    [InlineData("cert app --pkcs12 x --password-env A --password-file B", "a PKCS#12 file needs a password: either --password-env or --password-file", "P12=secret locald cert --password-env P12 app --pkcs12 x")]
    [InlineData("cert app --pkcs12 x --password-env NOTSET", "the variable NOTSET is unset or empty", "NOTSET=secret locald cert app --pkcs12 x --password-env NOTSET")]
    [InlineData("cert app --pkcs12 x --key y", "--pkcs12 holds the key too, and excludes --cert and --key", "P12=secret locald cert --password-env P12 app --pkcs12 x")]
    [InlineData("cert app --password-env A", "only a PKCS#12 file has a password", "locald cert --pkcs12 app.localhost.p12 app --password-env A")]
    [InlineData("cert app --days 0", "--days is '0', not a number from 1 to 3650", "locald cert --days 365 app")]
    [InlineData("cert app --days -1", "--days is '-1', not a number from 1 to 3650", "locald cert --days 365 app")]
    [InlineData("cert app --days ten", "--days is 'ten', not a number from 1 to 3650", "locald cert --days 365 app")]
    public async Task A_contradiction_is_a_usage_error_and_writes_nothing(string line, string why, string hint)
    {
        Transcript told = await _home.Run(line.Split(' '));
        Assert.Equal((ExitCode.Usage, $"locald: cert failed: {why}\n  try: {hint}\n"), (told.Code, told.Talk));
        Assert.Empty(Directory.EnumerateFiles(_home.WorkingFolder));
    }

    [Theory]
    [InlineData("example.com", "is neither localhost, nor a name under .localhost, nor a loopback address", "app.localhost")]
    [InlineData("api.app", "is neither localhost, nor a name under .localhost, nor a loopback address", "app.localhost")]
    [InlineData("*.localhost", "is refused by browsers, curl, Python and Node: a wildcard must have a name of its own below localhost", "app.localhost api.localhost")]
    [InlineData("my_app.localhost", "has a character that host names do not allow: letters, digits and inner hyphens only", "my-app.localhost")]
    [InlineData("a*.app.localhost", "has an asterisk that is not its whole first label", "'*.app.localhost'")]
    public async Task A_name_without_a_certificate_is_explained(string name, string why, string hint)
    {
        Transcript told = await _home.Run("cert", name);
        Assert.Equal((ExitCode.Usage, $"locald: making the certificate failed: '{name}' {why}\n  try: locald cert {hint}\n"), (told.Code, told.Talk));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_disk_leaves_the_older_pair_as_it_was()
    {
        string output = await PrivateMounts.Run(
            """
            mount -t tmpfs -o size=24k tmpfs $FOLDER; cd $FOLDER; $LOCALD cert app >/dev/null
            head -c 4096 /dev/zero > fill; before=$(cat app*); $LOCALD cert app; echo "exit $?"
            [ "$before" = "$(cat app*)" ] && ls
            """,
            _home.WorkingFolder, TestContext.Current.CancellationToken);
        Assert.Equal(
            $"""
            locald: writing {_home["app.localhost.pem"]} failed: No space left on device
              try: df -h {_home.WorkingFolder}
            exit 1
            app.localhost-key.pem
            app.localhost.pem
            fill
            home

            """,
            output);
    }

    [Fact]
    public async Task A_missing_folder_a_folder_in_the_way_and_a_device_are_told()
    {
        Assert.Equal($"locald: writing {_home["no/k"]} failed: there is no such folder\n  try: mkdir -p {_home["no"]}\n",
            (await _home.Run("cert", "app", "--cert", "c", "--key", "no/k")).Talk);
        Directory.CreateDirectory(_home["folder"]);
        Assert.Equal($"locald: writing {_home["folder"]} failed: it is a folder\n  try: ls {_home["folder"]}\n",
            (await _home.Run("cert", "app", "--cert", "c", "--key", "folder")).Talk);
        Assert.Contains("/dev/stdout failed: it is a device, not a file", (await _home.Run("cert", "app", "--cert", "c", "--key", "/dev/stdout")).Talk);
        Assert.Equal([_home["folder"]], Directory.EnumerateFileSystemEntries(_home.WorkingFolder));
    }
}
