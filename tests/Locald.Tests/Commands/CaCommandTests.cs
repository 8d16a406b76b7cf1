using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Tests.Commands;

public sealed class CaCommandTests : IDisposable
{
    private readonly Home _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task The_root_is_made_at_the_first_use_and_printed_as_PEM()
    {
        Transcript first = await _home.Run("ca");
        Assert.Equal((ExitCode.Done, ""), (first.Code, first.Talk));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_home.Ca, "root.pem"), TestContext.Current.CancellationToken), first.Data);
        Assert.Equal(first, await _home.Run("ca", "--pem"));
    }

    [Fact]
    public async Task Its_path_is_printed() => Assert.Equal($"{_home.Ca}/root.pem\n", (await _home.Run("ca", "--path")).Data);

    [Fact]
    public async Task It_is_written_as_the_bytes_it_is()
    {
        using X509Certificate2 root = X509CertificateLoader.LoadCertificate(await _home.RunForBytes("ca", "--der"));
        Assert.Equal(root.ExportCertificatePem() + "\n", (await _home.Run("ca")).Data);
    }

    [Fact]
    public async Task Two_forms_at_once_are_a_usage_error()
    {
        Transcript told = await _home.Run("ca", "--pem", "--der");
        Assert.Equal((ExitCode.Usage, "locald: ca failed: --pem and --der exclude each other\n  try: locald ca --pem\n"), (told.Code, told.Talk));
    }

    [Fact]
    public async Task A_damaged_root_is_told_with_what_mends_it()
    {
        await _home.Run("ca");
        await File.WriteAllTextAsync(Path.Combine(_home.Ca, "root.pem"), "garbage", TestContext.Current.CancellationToken);
        Transcript told = await _home.Run("ca");
        Assert.Equal(ExitCode.Failed, told.Code);
        Assert.Equal(
            $"locald: using the root in {_home.Ca}/root.pem failed: is not a certificate, or was changed\n"
            + $"  try: mv {_home.Ca} {_home.Ca}.old\n  try: locald trust\n",
            told.Talk);
    }

    [Fact]
    public async Task A_configuration_profile_is_a_property_list_with_the_root_in_it_and_the_same_each_time()
    {
        string profile = (await _home.Run("ca", "--mobileconfig")).Data;
        Assert.Equal(profile, (await _home.Run("ca", "--mobileconfig")).Data);
        string file = _home["locald.mobileconfig"];
        await File.WriteAllTextAsync(file, profile, TestContext.Current.CancellationToken);
        using Process python = Process.Start(new ProcessStartInfo("python3",
            ["-c", "import plistlib,sys,uuid; p=plistlib.load(open(sys.argv[1],'rb')); c=p['PayloadContent'][0]; uuid.UUID(p['PayloadUUID']); uuid.UUID(c['PayloadUUID']); print(p['PayloadType'], c['PayloadType'], p['PayloadUUID'] != c['PayloadUUID'], c['PayloadContent'].hex())", file])
        { RedirectStandardOutput = true })!;
        string read = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        byte[] root = await _home.RunForBytes("ca", "--der");
        Assert.Equal($"Configuration com.apple.security.root True {Convert.ToHexStringLower(root)}\n", read);
    }
}
