using System.Text.Json;

namespace Locald.Nss;

internal enum Verb
{
    /// <summary>Look, and write nothing.</summary>
    Probe,

    /// <summary>Put the certificate in, as a trusted authority for servers.</summary>
    Install,

    /// <summary>Take every copy of exactly this certificate out, and the trust that was put on it.</summary>
    Remove,

    /// <summary>Judge a server's certificate for a host name, as a client of this database would.</summary>
    Verify,
}

/// <summary>
/// What is asked for: one line of JSON, <c>{"library":"/…/libnss3.so","database":"/home/u/.pki/nssdb","verb":"probe",
/// "certificate":"base64 DER","name":"nickname, or the host for verify","files":["/path","content", …],"uid":1000,"gid":1000}</c>. The files are written when a
/// database is made; the last two come only under sudo.
/// </summary>
internal sealed record Request(string Library, string Database, Verb Verb, byte[] Certificate, string Name, (uint Uid, uint Gid)? Become, IReadOnlyList<(string Path, string Content)> Files)
{
    internal bool Writes => Verb is Verb.Install or Verb.Remove;

    /// <returns>Null where the line is no request.</returns>
    internal static Request? Parse(ReadOnlySpan<byte> line)
    {
        string? library = null, database = null, name = null;
        byte[]? certificate = null;
        Verb? verb = null;
        uint? uid = null, gid = null;
        List<string> strings = [];
        try
        {
            Utf8JsonReader json = new(line);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string member = json.GetString()!;
                json.Read();
                switch (member)
                {
                    case "library": library = json.GetString(); break;
                    case "database": database = json.GetString(); break;
                    case "name": name = json.GetString(); break;
                    case "certificate": certificate = json.GetBytesFromBase64(); break;
                    case "verb": verb = VerbOf(json.GetString()); break;
                    case "uid": uid = json.GetUInt32(); break;
                    case "files":
                        while (json.Read() && json.TokenType == JsonTokenType.String)
                        {
                            strings.Add(json.GetString()!);
                        }

                        break;
                    case "gid": gid = json.GetUInt32(); break;
                    default: return null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }

        return library is ['/', ..] && database is ['/', ..] && verb is { } asked && certificate is { Length: > 0 } && name is not null && uid is null == gid is null && strings.Count % 2 == 0
            ? new(library, database, asked, certificate, name, uid is { } u ? (u, gid!.Value) : null, [.. strings.Chunk(2).Select(f => (f[0], f[1]))]) : null;
    }

    private static Verb? VerbOf(string? word) => word switch
    {
        "probe" => Verb.Probe,
        "install" => Verb.Install,
        "remove" => Verb.Remove,
        "verify" => Verb.Verify,
        _ => null,
    };
}
