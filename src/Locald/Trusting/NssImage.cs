using System.IO.Compression;

namespace Locald.Trusting;

/// <summary>The program that opens NSS databases (src/Locald.Nss), which build.sh puts into this one, compressed.</summary>
internal static class NssImage
{
    private const string Resource = "locald-nss.gz";

    private static readonly Lazy<ReadOnlyMemory<byte>?> s_image = new(Unpack);

    /// <returns>An ELF file's bytes; null in a build without it: by <c>dotnet build</c>, or for a system that needs none.</returns>
    internal static ReadOnlyMemory<byte>? Read() => s_image.Value;

    private static ReadOnlyMemory<byte>? Unpack()
    {
        using Stream? packed = typeof(NssImage).Assembly.GetManifestResourceStream(Resource);
        if (packed is null)
        {
            return null;
        }

        using GZipStream unpacking = new(packed, CompressionMode.Decompress);
        using MemoryStream image = new(2 << 20);
        unpacking.CopyTo(image);
        return image.GetBuffer().AsMemory(0, (int)image.Length);
    }
}
