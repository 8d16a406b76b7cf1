using System.Runtime.InteropServices;
using Locald.Nss.Interop;

namespace Locald.Nss;

/// <summary>One opened database.</summary>
internal sealed unsafe class Database : IDisposable
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
        ContextHandle context = LibNss.Open($"sql:{folder}", "", "", "", 0, LibNss.DatabaseAlone | (writable ? 0 : LibNss.ReadOnly));
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
            Version = Marshal.PtrToStringUTF8((nint)LibNss.Version()),
            Password = LibNss.NeedsLogin(_slot) != 0,
            ReadOnly = LibNss.IsReadOnly(_slot) != 0,
            Others = Others(der),
        };
        using CertificateHandle found = Find(der);
        if (found.IsInvalid)
        {
            return answer;
        }

        // Without trust of its own (",,") there is nothing to read, which is not an error.
        CertTrust trust = default;
        uint flags = LibNss.GetTrust(found, &trust) == 0 ? trust.Ssl : 0;
        return answer with { Present = true, Flags = flags, Trusted = (flags & CertTrust.TrustedAuthority) != 0 };
    }

    /// <returns>Null where it was done, else the step that failed.</returns>
    internal Answer? Install(ReadOnlySpan<byte> der, string nickname)
    {
        bool isNew = LibNss.NeedsPassword(_slot) != 0;
        if (Begin() is { } refused)
        {
            return refused;
        }

        if (!isNew && LibNss.NeedsLogin(_slot) != 0)
        {
            // Under a primary password NSS takes the certificate and refuses the trust (SEC_ERROR_TOKEN_NOT_LOGGED_IN): half a change is none.
            return new("login", 0);
        }

        using CertificateHandle certificate = Decode(der);
        if (certificate.IsInvalid)
        {
            return Failed("decode");
        }

        if (LibNss.Import(_slot, certificate, new CULong(0), nickname, includeTrust: 0) != 0)
        {
            return Failed("import");
        }

        CertTrust trust = new() { Ssl = CertTrust.Authority };
        if (LibNss.SetTrust(LibNss.Certificates(), certificate, &trust) == 0)
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

        using CertificateHandle certificate = Decode(der);
        if (certificate.IsInvalid)
        {
            return Failed("decode");
        }

        // One and the same certificate may be there under several nicknames; more than a few is no honest database.
        for (int copies = 0; copies < 16; copies++)
        {
            using CertificateHandle found = Find(der);
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
        using CertificateHandle leaf = Decode(der);
        if (leaf.IsInvalid)
        {
            return Failed("decode");
        }

        if (LibNss.Verify(LibNss.Certificates(), leaf, checkSignature: 1, LibNss.ServerUsage, 0, null) != 0)
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
    private Answer? Begin() => LibNss.NeedsPassword(_slot) != 0 && LibNss.SetFirstPassword(_slot, null, "") != 0 ? Failed("password") : null;

    internal static Answer Failed(string step) => new(step, LibNss.LastError());

    /// <returns>The certificate in memory alone; invalid where the bytes are none.</returns>
    private static CertificateHandle Decode(ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            SecItem item = Item(bytes, der.Length);
            return LibNss.NewCertificate(LibNss.Certificates(), &item, 0, permanent: 0, copy: 1);
        }
    }

    private CertificateHandle Find(ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            SecItem item = Item(bytes, der.Length);
            return LibNss.Find(_slot, &item, 0);
        }
    }

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

    private static SecItem Item(byte* bytes, int length) => new() { Type = SecItem.DerCertificate, Data = bytes, Length = (uint)length };
}
