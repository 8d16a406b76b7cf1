using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Packaging;

/// <summary>The OCI image, followed from its index to the program: https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md.</summary>
public sealed class ImageTests
{
    [Fact(Timeout = 60_000)]
    public async Task It_leads_from_its_index_to_the_program_alone()
    {
        await using Sandbox sandbox = new();
        string layout = sandbox.At("layout");
        (await sandbox.ShellAsync($"mkdir {layout} && tar -xf {Release.At($"locald-{Release.Version}-oci.tar")} -C {layout}")).ShouldExit(0);
        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", File.ReadAllText($"{layout}/oci-layout"));

        using JsonDocument top = JsonDocument.Parse(File.ReadAllText($"{layout}/index.json"));
        JsonElement named = Assert.Single(top.RootElement.GetProperty("manifests").EnumerateArray());
        Assert.Equal(Release.Version, named.GetProperty("annotations").GetProperty("org.opencontainers.image.ref.name").GetString());
        HashSet<string> read = [];
        using JsonDocument index = JsonDocument.Parse(Blob(named, "index.v1+json"));
        foreach (JsonElement described in index.RootElement.GetProperty("manifests").EnumerateArray())
        {
            string architecture = described.GetProperty("platform").GetProperty("architecture").GetString()!;
            using JsonDocument manifest = JsonDocument.Parse(Blob(described, "manifest.v1+json"));
            Assert.Equal(2, manifest.RootElement.GetProperty("schemaVersion").GetInt32());
            using JsonDocument config = JsonDocument.Parse(Blob(manifest.RootElement.GetProperty("config"), "config.v1+json"));
            Assert.Equal(architecture, config.RootElement.GetProperty("architecture").GetString());
            Assert.Equal("linux", config.RootElement.GetProperty("os").GetString());
            Assert.Equal("/locald", Assert.Single(config.RootElement.GetProperty("config").GetProperty("Entrypoint").EnumerateArray()).GetString());

            byte[] layer = Blob(Assert.Single(manifest.RootElement.GetProperty("layers").EnumerateArray()), "layer.v1.tar+gzip");
            using MemoryStream tar = new();
            await using (GZipStream unpacked = new(new MemoryStream(layer), CompressionMode.Decompress))
            {
                await unpacked.CopyToAsync(tar, TestContext.Current.CancellationToken);
            }

            Assert.Equal(
                $"sha256:{Convert.ToHexStringLower(SHA256.HashData(tar.ToArray()))}",
                Assert.Single(config.RootElement.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray()).GetString());
            if (architecture == Release.DebianArchitecture)
            {
                tar.Position = 0;
                await TarFile.ExtractToDirectoryAsync(tar, Directory.CreateDirectory(sandbox.At("root")).FullName, overwriteFiles: false, TestContext.Current.CancellationToken);
            }
        }

        // Nothing lies there that nobody names.
        Assert.Equal(read.Order(), Directory.GetFiles($"{layout}/blobs/sha256").Select(Path.GetFileName).Order());
        Assert.Equal(Release.Sum(LocaldBinary.Path), Release.Sum(sandbox.At("root/locald")));
        sandbox.Variables["LOCALD_HOME"] = "/state";
        sandbox.Variables.Remove("HOME");
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", (await sandbox.RunAsync("chroot", [sandbox.At("root"), "/locald", "ca", "--pem"])).ShouldExit(0).Out);

        byte[] Blob(JsonElement descriptor, string type)
        {
            Assert.Equal($"application/vnd.oci.image.{type}", descriptor.GetProperty("mediaType").GetString());
            string sum = descriptor.GetProperty("digest").GetString()!["sha256:".Length..];
            byte[] bytes = File.ReadAllBytes($"{layout}/blobs/sha256/{sum}");
            Assert.Equal(sum, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            Assert.Equal(descriptor.GetProperty("size").GetInt64(), bytes.Length);
            read.Add(sum);
            return bytes;
        }
    }
}
