using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Issuing;

/// <summary>
/// The root as a configuration profile, which macOS and iOS install where no program may set trust: by hand in the settings, or by a
/// device management (https://developer.apple.com/documentation/devicemanagement/certificateroot).
/// </summary>
internal static class MobileConfig
{
    /// <returns>A property list in XML. The same root gives the same text, so that a second installation replaces the first.</returns>
    internal static string Of(X509Certificate2 root)
    {
        byte[] hash = SHA256.HashData(root.RawDataMemory.Span);
        string id = $"localhost.locald.{Convert.ToHexStringLower(hash[..6])}";
        string name = root.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
                <key>PayloadType</key><string>Configuration</string>
                <key>PayloadVersion</key><integer>1</integer>
                <key>PayloadIdentifier</key><string>{id}</string>
                <key>PayloadUUID</key><string>{Uuid(hash, 0)}</string>
                <key>PayloadDisplayName</key><string>{Escape(name)}</string>
                <key>PayloadDescription</key><string>Trusts certificates that locald makes for names under .localhost, and for no other.</string>
                <key>PayloadContent</key>
                <array>
                    <dict>
                        <key>PayloadType</key><string>com.apple.security.root</string>
                        <key>PayloadVersion</key><integer>1</integer>
                        <key>PayloadIdentifier</key><string>{id}.root</string>
                        <key>PayloadUUID</key><string>{Uuid(hash, 16)}</string>
                        <key>PayloadDisplayName</key><string>{Escape(name)}</string>
                        <key>PayloadCertificateFileName</key><string>locald.cer</string>
                        <key>PayloadContent</key>
                        <data>{Convert.ToBase64String(root.RawDataMemory.Span)}</data>
                    </dict>
                </array>
            </dict>
            </plist>

            """;
    }

    /// <summary>A UUID of version 8 (RFC 9562 §5.8): what is in it is ours to say.</summary>
    private static string Uuid(byte[] hash, int at)
    {
        byte[] bytes = hash[at..(at + 16)];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString().ToUpperInvariant();
    }

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
