namespace Locald.Nss;

/// <summary>
/// What came of it, and what was seen. Written as step, error, message, condition, version, present, trusted, and the list of others;
/// a text that there is not is empty.
/// </summary>
/// <param name="step">How far it came: <c>done</c>, or the step that failed: request, become, load, folder, open, slot, login, password, decode, import, trust, delete, verify, name; wait where somebody holds the database locked.</param>
/// <param name="error">NSS's error number of that step (nss/lib/util/SECerrs.h, negative), or the system's errno (positive); 0 where there is none.</param>
internal sealed class Answer(string step, int error)
{
    internal bool IsDone => step == "done";

    /// <summary>Whether a password stands before the database.</summary>
    internal bool IsOfPassword => step == "login";

    /// <summary>What the loader or the system said of the step.</summary>
    internal string? Message { get; init; }

    /// <summary>After a failed step, what is the matter with the files: one of the words of <see cref="Nss.Condition"/>.</summary>
    internal string? Condition { get; set; }

    internal string? Version { get; init; }

    /// <summary>Whether exactly the certificate is there; also where that alone can be said of a database that does not open.</summary>
    internal bool Present { get; set; }

    /// <summary>Whether it is there as a trusted authority for servers.</summary>
    internal bool Trusted { get; set; }

    /// <summary>DER of other certificates whose subject says that they are ours.</summary>
    internal List<byte[]> Others { get; init; } = [];

    internal byte[] Format()
    {
        FieldWriter fields = new();
        fields.Text(step);
        fields.Number(error);
        fields.Text(Message);
        fields.Text(Condition);
        fields.Text(Version);
        fields.Flag(Present);
        fields.Flag(Trusted);
        fields.Number(Others.Count);
        foreach (byte[] other in Others)
        {
            fields.Bytes(other);
        }

        return fields.ToArray();
    }
}
