using System.Text.Json;

namespace Locald.Nss;

/// <summary>
/// What came of it: one line of JSON, <c>{"step":"done","error":0,"message":null,"condition":null,"version":"3.87.1","present":true,"trusted":true,
/// "flags":24,"password":false,"readOnly":false,"others":["base64 DER", …]}</c>.
/// </summary>
/// <param name="Step">How far it came: <c>done</c>, or the step that failed: request, become, load, folder, open, slot, login, password, decode, import, trust, delete, verify, name; wait where somebody holds the database locked.</param>
/// <param name="Error">NSS's error number of that step (nss/lib/util/SECerrs.h, negative), or the system's errno (positive); 0 where there is none.</param>
internal sealed record Answer(string Step, int Error)
{
    /// <summary>What the loader or the system said of the step.</summary>
    internal string? Message { get; init; }

    /// <summary>After a failed step, what is the matter with the files: one of the words of <see cref="Nss.Condition"/>.</summary>
    internal string? Condition { get; init; }

    internal string? Version { get; init; }

    /// <summary>Whether exactly the certificate is there; also where that alone can be said of a database that does not open.</summary>
    internal bool Present { get; init; }

    /// <summary>Whether it is there as a trusted authority for servers.</summary>
    internal bool Trusted { get; init; }

    internal uint Flags { get; init; }

    /// <summary>Whether a password stands before the database.</summary>
    internal bool Password { get; init; }

    internal bool ReadOnly { get; init; }

    /// <summary>DER of other certificates whose subject says that they are ours.</summary>
    internal IReadOnlyList<byte[]> Others { get; init; } = [];

    internal byte[] Format()
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteString("step", Step);
            json.WriteNumber("error", Error);
            json.WriteString("message", Message);
            json.WriteString("condition", Condition);
            json.WriteString("version", Version);
            json.WriteBoolean("present", Present);
            json.WriteBoolean("trusted", Trusted);
            json.WriteNumber("flags", Flags);
            json.WriteBoolean("password", Password);
            json.WriteBoolean("readOnly", ReadOnly);
            json.WriteStartArray("others");
            foreach (byte[] other in Others)
            {
                json.WriteBase64StringValue(other);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }
}
