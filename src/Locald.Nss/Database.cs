using Locald.Nss.Interop;

namespace Locald.Nss;

/// <summary>One opened database.</summary>
internal sealed class Database : IDisposable
{
    /// <summary>How the common name of every root of ours begins; nothing else in a DER certificate looks like it.</summary>
    private static ReadOnlySpan<byte> OurName => "locald CA "u8;

    /// <summary>More strays than anybody has; each is told by its bytes.</summary>
    private const int MostOthers = 32;

    private readonly ContextHandle _context;
    private readonly SlotHandle _slot;

    private Database(ContextHandle context, SlotHandle slot) => (_context, _slot) = (context, slot);

    /// <returns>The database, or the step that failed.</returns>
    internal static (Database?, Answer?) Open(string folder, bool writable)
    {
        ContextHandle context = LibNss.Open($"sql:{folder}", LibNss.DatabaseAlone | (writable ? 0 : LibNss.ReadOnly));
        if (context.IsInvalid)
        {
            return (null, Failed("open"));
        }

        SlotHandle slot = LibNss.KeySlot();
        if (slot.IsInvalid)
        {
            Answer failed = Failed("slot");
            context.Dispose();
            return (null, failed);
        }

        return (new(context, slot), null);
    }

    internal Answer Probe(ReadOnlySpan<byte> der)
    {
        Answer answer = new("done", 0)
        {
            Version = LibNss.Version(),
            Others = Others(der),
        };
        using CertificateHandle found = LibNss.Find(_slot, der);
        if (found.IsInvalid)
        {
            return answer;
        }

        answer.Present = true;
        answer.Trusted = (LibNss.Trust(found).Ssl & CertTrust.TrustedAuthority) != 0;
        return answer;
    }

    /// <returns>Null where it was done, else the step that failed.</returns>
    internal Answer? Install(ReadOnlySpan<byte> der, string nickname)
    {
        bool isNew = LibNss.NeedsPassword(_slot);
        if (Begin() is { } refused)
        {
            return refused;
        }

        if (!isNew && LibNss.NeedsLogin(_slot))
        {
            // Under a primary password NSS takes the certificate and refuses the trust (SEC_ERROR_TOKEN_NOT_LOGGED_IN): half a change is none.
            return new("login", 0);
        }

        using CertificateHandle certificate = LibNss.Decode(der);
        if (certificate.IsInvalid)
        {
            return Failed("decode");
        }

        if (LibNss.Import(_slot, certificate, nickname) != 0)
        {
            return Failed("import");
        }

        if (LibNss.SetTrust(certificate, new() { Ssl = CertTrust.Authority }) == 0)
        {
            return null;
        }

        Answer failed = Failed("trust");
        LibNss.Delete(certificate);
        return failed;
    }

    /// <returns>Null where nothing of it is left, else the step that failed.</returns>
    internal Answer? Remove(ReadOnlySpan<byte> der)
    {
        if (Begin() is { } refused)
        {
            return refused;
        }

        using CertificateHandle certificate = LibNss.Decode(der);
        if (certificate.IsInvalid)
        {
            return Failed("decode");
        }

        // One and the same certificate may be there under several nicknames; more than a few is no honest database.
        for (int copies = 0; copies < 16; copies++)
        {
            using CertificateHandle found = LibNss.Find(_slot, der);
            if (found.IsInvalid)
            {
                break;
            }

            if (LibNss.Delete(found) != 0)
            {
                return Failed("delete");
            }
        }

        return TrustObjects.Remove(_slot, certificate);
    }

    /// <returns>What a client of this database says of a server's certificate.</returns>
    internal static Answer Verify(ReadOnlySpan<byte> der, string host)
    {
        using CertificateHandle leaf = LibNss.Decode(der);
        if (leaf.IsInvalid)
        {
            return Failed("decode");
        }

        if (LibNss.Verify(leaf) != 0)
        {
            return Failed("verify");
        }

        return LibNss.VerifyName(leaf, host) != 0 ? Failed("name") : new("done", 0) { Trusted = true };
    }

    public void Dispose()
    {
        _slot.Dispose();
        _context.Dispose();
    }

    /// <summary>A database that was just made, or whose key4.db was, has no password yet: an empty one is what browsers give it.</summary>
    private Answer? Begin() => LibNss.NeedsPassword(_slot) && LibNss.SetEmptyPassword(_slot) != 0 ? Failed("password") : null;

    internal static Answer Failed(string step) => new(step, LibNss.LastError());

    private List<byte[]> Others(ReadOnlySpan<byte> der)
    {
        using CertificateListHandle list = LibNss.List(_slot);
        List<byte[]> others = [];
        foreach (byte[] certificate in list.IsInvalid ? [] : list.Ders())
        {
            if (others.Count < MostOthers && certificate.AsSpan().IndexOf(OurName) >= 0 && !der.SequenceEqual(certificate))
            {
                others.Add(certificate);
            }
        }

        return others;
    }
}
