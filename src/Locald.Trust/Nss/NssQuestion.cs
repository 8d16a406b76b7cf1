using System.Text.Json;

namespace Locald.Trust.Nss;

/// <summary>What the helper program is asked: a line of JSON, whose form src/Locald.Nss/Request.cs tells.</summary>
/// <param name="Library">Absolute path of the libnss3 to load.</param>
/// <param name="Database">Absolute path of the database's folder.</param>
/// <param name="Verb"><c>probe</c>, <c>install</c>, <c>remove</c> or <c>verify</c>.</param>
/// <param name="Certificate">DER.</param>
/// <param name="Name">The nickname to install under, or the host to verify for.</param>
/// <param name="RunAs">Whom to become first; null for nobody else.</param>
/// <param name="Companions">Files to write when the database is made.</param>
internal sealed record NssQuestion(string Library, string Database, string Verb, ReadOnlyMemory<byte> Certificate, string Name, UserIdentity? RunAs, IReadOnlyList<CompanionFile> Companions)
{
    internal byte[] Format()
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteString("library", Library);
            json.WriteString("database", Database);
            json.WriteString("verb", Verb);
            json.WriteBase64String("certificate", Certificate.Span);
            json.WriteString("name", Name);
            json.WriteStartArray("files");
            foreach (CompanionFile file in Companions)
            {
                json.WriteStringValue(file.Path);
                json.WriteStringValue(file.Content);
            }

            json.WriteEndArray();
            if (RunAs is { } user)
            {
                json.WriteNumber("uid", user.Uid);
                json.WriteNumber("gid", user.Gid);
            }

            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }
}
