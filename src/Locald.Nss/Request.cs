namespace Locald.Nss;

/// <summary>
/// What is asked for. Written as verb, path of the libnss3 to load, folder of the database, DER of the certificate, name, the list of
/// files to write when a database is made (path and content of each), and whether to become somebody first, which comes only under sudo:
/// then user and group follow.
/// </summary>
/// <param name="verb">What to do.</param>
/// <param name="library">Absolute path.</param>
/// <param name="database">Absolute path.</param>
/// <param name="certificate">DER.</param>
/// <param name="name">The nickname to install under, or the host to verify for.</param>
internal sealed class Request(Verb verb, string library, string database, byte[] certificate, string name)
{
    internal Verb Verb => verb;

    internal bool Writes => verb is Verb.Install or Verb.Remove;

    internal string Library => library;

    internal string Database => database;

    internal byte[] Certificate => certificate;

    internal string Name => name;

    internal (string Path, string Content)[] Files { get; private init; } = [];

    internal (uint Uid, uint Gid)? Become { get; private init; }

    /// <returns>Null where the message is no request.</returns>
    internal static Request? Parse(ReadOnlySpan<byte> message)
    {
        FieldReader fields = new(message);
        Verb? verb = VerbOf(fields.Text());
        string library = fields.Text(), database = fields.Text();
        byte[] certificate = fields.Bytes().ToArray();
        string name = fields.Text();
        var files = new (string, string)[fields.Count()];
        for (int i = 0; i < files.Length; i++)
        {
            files[i] = (fields.Text(), fields.Text());
        }

        bool becomes = fields.Flag();
        int uid = becomes ? fields.Number() : 0, gid = becomes ? fields.Number() : 0;
        return fields.IsWhole && verb is { } asked && library is ['/', ..] && database is ['/', ..] && certificate.Length > 0 && uid >= 0 && gid >= 0
            ? new(asked, library, database, certificate, name) { Files = files, Become = becomes ? ((uint)uid, (uint)gid) : null } : null;
    }

    private static Verb? VerbOf(string word) => word switch
    {
        "probe" => Nss.Verb.Probe,
        "install" => Nss.Verb.Install,
        "remove" => Nss.Verb.Remove,
        "verify" => Nss.Verb.Verify,
        _ => null,
    };
}
