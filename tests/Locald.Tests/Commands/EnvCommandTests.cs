using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Tests.Commands;

public sealed class EnvCommandTests : IDisposable
{
    private readonly Home _home = new();
    private readonly string _system;

    public EnvCommandTests()
    {
        _system = _home["system.crt"];
        File.WriteAllText(_system, OtherRoot("system"));
        _home.SystemBundle = _system;
    }

    private string Root => Path.Combine(_home.Ca, "root.pem");

    private string Bundle => Path.Combine(_home.Ca, "bundle.pem");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Clients_with_roots_of_their_own_get_ours_added_and_the_others_a_bundle()
    {
        Transcript told = await _home.Run("env");
        Assert.Equal((ExitCode.Done, ""), (told.Code, told.Talk));
        Assert.Equal(
            $"""
            export SSL_CERT_FILE={Bundle}
            export NODE_EXTRA_CA_CERTS={Root}
            export NODE_USE_SYSTEM_CA=1
            export REQUESTS_CA_BUNDLE={Bundle}
            export CURL_CA_BUNDLE={Bundle}
            export GIT_SSL_CAINFO={Bundle}
            export AWS_CA_BUNDLE={Bundle}
            export DENO_CERT={Root}

            """,
            told.Data);
        Assert.Equal([File.ReadAllText(Root).Trim(), OnlyPem(_system)], Certificates());
    }

    [Fact]
    public async Task The_bundle_is_rewritten_only_when_it_would_change()
    {
        await _home.Run("env");
        File.SetLastWriteTimeUtc(Bundle, DateTime.UnixEpoch);
        await _home.Run("env");
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(Bundle));

        File.AppendAllText(_system, OtherRoot("another"));
        await _home.Run("env");
        Assert.Equal(3, Certificates().Length);
    }

    [Fact]
    public async Task A_bundle_that_became_a_link_to_nothing_is_made_afresh()
    {
        await _home.Run("env");
        File.Delete(Bundle);
        File.CreateSymbolicLink(Bundle, _home["nowhere"]);
        Assert.Equal((ExitCode.Done, ""), ((await _home.Run("env")).Code, (await _home.Run("env")).Talk));
        Assert.Equal(2, Certificates().Length);
        Assert.False(File.Exists(_home["nowhere"]));
    }

    [Fact]
    public async Task A_root_that_the_system_has_already_is_in_the_bundle_once()
    {
        await _home.Run("ca");
        File.AppendAllText(_system, File.ReadAllText(Root));
        await _home.Run("env");
        Assert.Equal(2, Certificates().Length);
    }

    [Fact]
    public async Task A_system_without_roots_gets_ours_alone_and_a_warning()
    {
        _home.SystemBundle = null;
        Transcript told = await _home.Run("env");
        Assert.Equal("locald: this system has no roots of its own, so these clients will trust locald's alone\n", told.Talk);
        Assert.Equal([File.ReadAllText(Root).Trim()], Certificates());
    }

    [Fact]
    public async Task Roots_that_the_user_chose_take_the_systems_place_and_stay_when_the_variables_name_our_bundle()
    {
        string corporate = _home["corporate.pem"];
        File.WriteAllText(corporate, OtherRoot("corporate"));
        _home.Variables["SSL_CERT_FILE"] = corporate;
        await _home.Run("env");
        string[] expected = [File.ReadAllText(Root).Trim(), OnlyPem(corporate)];
        Assert.Equal(expected, Certificates());

        _home.Variables["SSL_CERT_FILE"] = Bundle;
        await _home.Run("env");
        Assert.Equal(expected, Certificates());
    }

    [Fact]
    public async Task An_extra_root_of_node_is_kept_by_naming_the_bundle_that_holds_it()
    {
        string extra = _home["extra.pem"];
        File.WriteAllText(extra, OtherRoot("extra"));
        _home.Variables["NODE_EXTRA_CA_CERTS"] = extra;
        Assert.Contains($"export NODE_EXTRA_CA_CERTS={Bundle}\n", (await _home.Run("env")).Data);
        Assert.Equal(3, Certificates().Length);

        _home.Variables["NODE_EXTRA_CA_CERTS"] = Bundle;
        _home.Variables["SSL_CERT_FILE"] = Bundle;
        Assert.Contains($"export NODE_EXTRA_CA_CERTS={Bundle}\n", (await _home.Run("env")).Data);
        Assert.Equal(3, Certificates().Length);
    }

    [Fact]
    public async Task A_second_run_in_a_shell_that_has_the_variables_changes_nothing()
    {
        string first = (await _home.Run("env")).Data;
        foreach (string line in first.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line["export ".Length..].Split('=', 2);
            _home.Variables[parts[0]] = parts[1];
        }

        string bundle = File.ReadAllText(Bundle);
        Assert.Equal(first, (await _home.Run("env")).Data);
        Assert.Equal(bundle, File.ReadAllText(Bundle));
    }

    [Fact]
    public async Task A_choice_that_does_not_exist_counts_for_nothing()
    {
        _home.Variables["SSL_CERT_FILE"] = _home["gone.pem"];
        await _home.Run("env");
        Assert.Equal(2, Certificates().Length);
    }

    [Theory]
    [InlineData("fish", "set -gx NODE_USE_SYSTEM_CA 1")]
    [InlineData("powershell", "$env:NODE_USE_SYSTEM_CA = '1'")]
    [InlineData("github", "NODE_USE_SYSTEM_CA=1")]
    [InlineData("dotenv", "NODE_USE_SYSTEM_CA=1")]
    public async Task Each_shell_gets_its_own_syntax(string shell, string line) =>
        Assert.Contains(line, (await _home.Run("env", "--shell", shell)).Data.Split('\n'));

    [Fact]
    public async Task In_a_job_of_GitHub_Actions_the_lines_go_to_its_file_once()
    {
        string file = _home["github_env"];
        File.WriteAllText(file, "OTHER=1");
        _home.Variables["GITHUB_ENV"] = file;
        Transcript told = await _home.Run("env", "--shell", "github");
        Assert.Equal(("", $"8 variables added to {file}, for the later steps\n"), (told.Data, told.Talk));
        string content = File.ReadAllText(file);
        Assert.StartsWith($"OTHER=1\nSSL_CERT_FILE={Bundle}\n", content);
        Assert.EndsWith($"\nDENO_CERT={Root}\n", content);

        Assert.Equal($"already in {file}\n", (await _home.Run("env", "--shell", "github")).Talk);
        Assert.Equal(content, File.ReadAllText(file));
    }

    [Theory]
    [InlineData("bash", "sh")]
    [InlineData("pwsh", "powershell")]
    [InlineData("fihs", "fish")]
    [InlineData("tcsh-of-old", "sh")]
    public async Task An_unknown_shell_is_a_usage_error_with_the_nearest_one(string shell, string hint)
    {
        Transcript told = await _home.Run("env", "--shell", shell);
        Assert.Equal(ExitCode.Usage, told.Code);
        Assert.EndsWith($"  try: locald env --shell {hint}\n", told.Talk);
    }

    [Fact]
    public async Task The_shell_that_evaluates_the_lines_has_the_variables()
    {
        Transcript told = await _home.Run("env");
        ProcessStartInfo start = new("sh", ["-c", $"{told.Data} printf %s \"$SSL_CERT_FILE\""]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Assert.Equal(Bundle, await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    private string[] Certificates() =>
    [
        .. File.ReadAllText(Bundle).Split("-----BEGIN CERTIFICATE-----")[1..].Select(rest => "-----BEGIN CERTIFICATE-----" + rest.TrimEnd()),
    ];

    private static string OnlyPem(string path)
    {
        string text = File.ReadAllText(path);
        return text[text.IndexOf("-----BEGIN", StringComparison.Ordinal)..].Trim();
    }

    private static string OtherRoot(string name)
    {
        using ECDsa key = ECDsa.Create();
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 root = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        return $"# {name}\n{root.ExportCertificatePem()}\n";
    }
}
