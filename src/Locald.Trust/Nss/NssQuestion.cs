using Locald.Nss;

namespace Locald.Trust.Nss;

/// <summary>What the helper program is asked: a row of fields, in the order that src/Locald.Nss/Request.cs tells.</summary>
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
        FieldWriter fields = new();
        fields.Text(Verb);
        fields.Text(Library);
        fields.Text(Database);
        fields.Bytes(Certificate.Span);
        fields.Text(Name);
        fields.Number(Companions.Count);
        foreach (CompanionFile file in Companions)
        {
            fields.Text(file.Path);
            fields.Text(file.Content);
        }

        fields.Flag(RunAs is not null);
        if (RunAs is { } user)
        {
            fields.Number(user.Uid);
            fields.Number(user.Gid);
        }

        return fields.ToArray();
    }
}
