using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.Certificates.Files;
using Locald.Tests.Certificates;
using Locald.Tests.Commands;
using Locald.Trusting;

namespace Locald.Tests;

/// <summary>
/// The samples in <c>StateFormats</c> are states as a locald of that format left them, a folder each. They stay as they are; a new
/// format adds one. Their keys were made for this and sign for nobody.
/// </summary>
public sealed class StateFormatTests : IDisposable
{
    /// <summary>A day within the life of the samples' roots.</summary>
    private static readonly FixedClock s_clock = new(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));

    private static readonly string s_samples = Path.Combine(AppContext.BaseDirectory, "StateFormats");

    private readonly TemporaryFolder _folder = new();

    private string State => _folder["state"];

    [Fact]
    public void Every_format_has_a_sample() => Assert.Equal(
        Enumerable.Range(1, StateFormat.Newest).Select(n => $"{n}"), Directory.GetDirectories(s_samples).Select(d => Path.GetFileName(d)!).Order());

    [Fact]
    public async Task The_first_format_is_read_with_its_root_its_retired_root_and_its_stores()
    {
        Restore("1");

        Transcript made = await Run("cert", "app", "--cert", _folder["app.pem"], "--key", _folder["app-key.pem"]);

        Assert.Equal(ExitCode.Done, made.Code);
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificateFromFile(_folder["app.pem"]);
        Assert.Equal("CN=locald CA user@vm 691cb7d0, O=locald", leaf.Issuer);
        Assert.Equal(["java:/usr/lib/jvm/default", "system"], StoreLedger.Read(Session()));
        X509Certificate2 retired = Assert.Single(new RootRotation(Path.Combine(State, "ca"), clock: s_clock).Retired());
        Assert.StartsWith("D75C58204CDD", retired.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ca")]
    [InlineData("cert", "app")]
    [InlineData("trust", "--dry-run")]
    [InlineData("untrust")]
    [InlineData("status")]
    [InlineData("list")]
    [InlineData("env")]
    [InlineData("serve")]
    public async Task A_newer_format_is_refused_and_nothing_is_touched(params string[] line)
    {
        Restore("1");
        File.WriteAllText(Path.Combine(State, "format"), $"{StateFormat.Newest + 1}\n");
        string[] before = Everything();

        Transcript refused = await Run(line);

        Assert.Equal(ExitCode.Failed, refused.Code);
        Assert.Equal("", refused.Data);
        Assert.Equal(
            $"locald: opening the state failed: a newer locald made {State}: it has format {StateFormat.Newest + 1}, and this version knows {StateFormat.Newest}",
            refused.Talk.Split('\n')[0].TrimEnd('\r'));
        Assert.Equal(before, Everything());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("two")]
    [InlineData("1 2")]
    [InlineData("99999999999999999999")]
    public async Task A_format_that_is_no_number_is_refused(string text)
    {
        Restore("1");
        File.WriteAllText(Path.Combine(State, "format"), text);

        Transcript refused = await Run("ca");

        Assert.Equal(ExitCode.Failed, refused.Code);
        Assert.Contains("holds no number of a format", refused.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_this_version_knows_is_read_where_it_is_said()
    {
        Restore("1");
        File.WriteAllText(Path.Combine(State, "format"), $"{StateFormat.Newest}\n");

        Assert.Equal(ExitCode.Done, (await Run("ca")).Code);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("help")]
    public async Task Help_and_version_work_beside_a_newer_state(string command)
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(Path.Combine(State, "format"), "1000");

        Assert.Equal(ExitCode.Done, (await Run(command)).Code);
    }

    public void Dispose() => _folder.Dispose();

    private Task<Transcript> Run(params string[] line) => Transcript.Of(Session(), line);

    private Session Session() => new()
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false),
        Variable = name => name switch { "LOCALD_HOME" => State, "HOME" => _folder.Path, _ => null },
        TrustStores = _ => [],
        WorkingFolder = _folder.Path,
        Clock = s_clock,
    };

    /// <summary>A sample as it was on its machine: a repository does not keep who may read a file.</summary>
    private void Restore(string format)
    {
        string sample = Path.Combine(s_samples, format);
        foreach (string file in Directory.GetFiles(sample, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(State, Path.GetRelativePath(sample, file));
            PrivateFolder.Create(Path.GetDirectoryName(copy)!, owner: null);
            AtomicFile.Write(copy, File.ReadAllBytes(file), file.EndsWith("-key.pem", StringComparison.Ordinal) ? AtomicFile.Private : AtomicFile.Public, owner: null);
        }
    }

    private string[] Everything() =>
        [.. Directory.GetFiles(State, "*", SearchOption.AllDirectories).Order().Select(file => $"{file} {Convert.ToBase64String(File.ReadAllBytes(file))}")];
}
