using System.Buffers;
using System.Text;

namespace Locald.Proxy.Messages;

/// <summary>
/// The field lines of one head or trailer section (RFC 9112 §5), as offsets into the bytes they were parsed from, and what their
/// framing and connection fields say. One instance serves a connection's messages one after the other.
/// </summary>
internal sealed class FieldSection : IDisposable
{
    private FieldLine[] _lines = [];
    private int _transferEncodings;
    private int _contentLengths;
    private int _nominated;

    internal int Count { get; private set; }

    internal ref readonly FieldLine this[int index] => ref _lines[index];

    /// <summary>The declared length in bytes, or -1 where there is none.</summary>
    internal long ContentLength { get; private set; }

    internal bool Chunked { get; private set; }

    internal bool ConnectionClose { get; private set; }

    internal bool ConnectionKeepAlive { get; private set; }

    internal bool ConnectionUpgrade { get; private set; }

    internal bool TeTrailers { get; private set; }

    internal bool ExpectContinue { get; private set; }

    /// <summary>Whether something other than 100-continue is expected.</summary>
    internal bool ExpectOther { get; private set; }

    internal bool HasDate { get; private set; }

    /// <summary>Index of the only Host line, or -1.</summary>
    internal int HostLine { get; private set; }

    /// <summary>Index of the last Upgrade line, or -1.</summary>
    internal int UpgradeLine { get; private set; }

    /// <summary>How often this program stands in the Via fields.</summary>
    internal int ViaUs { get; private set; }

    /// <summary>The value of the fields of that name (lower case), several lines joined with a comma (RFC 9110 §5.2); null where there is none.</summary>
    /// <param name="name">In lower case.</param>
    /// <param name="bytes">The bytes that were parsed.</param>
    internal string? Find(string name, ReadOnlySpan<byte> bytes)
    {
        byte[] wanted = Encoding.ASCII.GetBytes(name);
        string? found = null;
        for (int i = 0; i < Count; i++)
        {
            if (FieldNames.Is(_lines[i].Name(bytes), wanted))
            {
                string value = Encoding.Latin1.GetString(_lines[i].Value(bytes));
                found = found is null ? value : $"{found}, {value}";
            }
        }

        return found;
    }

    /// <summary>Parses field lines up to <paramref name="end"/>, where the empty line's CRLF begins.</summary>
    /// <param name="head">All bytes of the section; offsets are into it.</param>
    /// <param name="at">Where the first field line begins.</param>
    /// <param name="end">One past the last field line's CRLF.</param>
    internal HeadFault Parse(ReadOnlySpan<byte> head, int at, int end)
    {
        Count = 0;
        (_transferEncodings, _contentLengths, _nominated, ContentLength, HostLine, UpgradeLine, ViaUs) = (0, 0, 0, -1, -1, -1, 0);
        Chunked = ConnectionClose = ConnectionKeepAlive = ConnectionUpgrade = TeTrailers = ExpectContinue = ExpectOther = HasDate = false;
        while (at < end)
        {
            HeadFault fault = ParseLine(head, ref at, end);
            if (fault != HeadFault.None)
            {
                return fault;
            }
        }

        if (_nominated > Limits.Nominated)
        {
            return HeadFault.TooManyFields;
        }

        if (_nominated > 0)
        {
            DropNominated(head);
        }

        return _transferEncodings > 0 && _contentLengths > 0 ? HeadFault.LengthAndEncoding : HeadFault.None;
    }

    private HeadFault ParseLine(ReadOnlySpan<byte> head, ref int at, int end)
    {
        ReadOnlySpan<byte> rest = head[at..end];
        int lf = rest.IndexOf((byte)'\n');
        if (lf < 1 || rest[lf - 1] != '\r')
        {
            return HeadFault.BareLineFeed;
        }

        ReadOnlySpan<byte> line = rest[..(lf - 1)];
        if (line.Length > 0 && line[0] is (byte)' ' or (byte)'\t')
        {
            return HeadFault.FoldedLine;
        }

        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return HeadFault.FieldName;
        }

        if (line[colon - 1] is (byte)' ' or (byte)'\t')
        {
            return HeadFault.SpaceBeforeColon;
        }

        ReadOnlySpan<byte> name = line[..colon];
        if (!Grammar.IsToken(name))
        {
            return HeadFault.FieldName;
        }

        ReadOnlySpan<byte> value = line[(colon + 1)..];
        int bad = value.IndexOfAny(Grammar.NotInValue);
        if (bad >= 0)
        {
            return value[bad] == '\r' ? HeadFault.BareCarriageReturn : HeadFault.FieldValue;
        }

        if (Count == Limits.Fields)
        {
            return HeadFault.TooManyFields;
        }

        int leading = value.Length - value.TrimStart(" \t"u8).Length;
        value = Grammar.TrimBlank(value);
        FieldId id = FieldNames.Identify(name);
        if (Count == _lines.Length)
        {
            Grow();
        }

        _lines[Count++] = new FieldLine(at, colon, at + colon + 1 + leading, value.Length, id);
        at += lf + 1;
        return id == FieldId.Other ? HeadFault.None : Understand(id, value);
    }

    /// <summary>Marks lines, by their index, that no compression may keep.</summary>
    internal void Protect(ReadOnlySpan<int> lines)
    {
        foreach (int line in lines)
        {
            _lines[line] = _lines[line] with { NeverIndexed = true };
        }
    }

    /// <summary>Gives the index back while the connection idles.</summary>
    public void Dispose()
    {
        Count = 0;
        if (_lines.Length > 0)
        {
            ArrayPool<FieldLine>.Shared.Return(_lines);
            _lines = [];
        }
    }

    private void Grow()
    {
        FieldLine[] larger = ArrayPool<FieldLine>.Shared.Rent(Math.Max(32, _lines.Length * 2));
        _lines.CopyTo(larger, 0);
        if (_lines.Length > 0)
        {
            ArrayPool<FieldLine>.Shared.Return(_lines);
        }

        _lines = larger;
    }

    private HeadFault Understand(FieldId id, ReadOnlySpan<byte> value)
    {
        switch (id)
        {
            case FieldId.Host:
                if (HostLine >= 0)
                {
                    return HeadFault.HostRepeated;
                }

                HostLine = Count - 1;
                return HeadFault.None;
            case FieldId.ContentLength:
                _contentLengths++;
                HeadFault fault = FramingFields.ReadContentLength(value, ContentLength, out long length);
                ContentLength = length;
                return fault;
            case FieldId.TransferEncoding:
                Chunked = true;
                return ++_transferEncodings > 1 ? HeadFault.TransferEncoding : FramingFields.ReadTransferEncoding(value);
            case FieldId.Connection:
                ReadConnection(value);
                return HeadFault.None;
            case FieldId.Expect:
                bool isContinue = FieldNames.Is(value, "100-continue"u8);
                ExpectContinue |= isContinue;
                ExpectOther |= !isContinue;
                return HeadFault.None;
            case FieldId.Date:
                HasDate = true;
                return HeadFault.None;
            case FieldId.Te:
                while (Grammar.NextListed(ref value, out ReadOnlySpan<byte> coding))
                {
                    TeTrailers |= FieldNames.Is(coding, "trailers"u8);
                }

                return HeadFault.None;
            case FieldId.Upgrade:
                UpgradeLine = Count - 1;
                return HeadFault.None;
            case FieldId.Via:
                while (Grammar.NextListed(ref value, out ReadOnlySpan<byte> hop))
                {
                    ViaUs += hop.EndsWith(" locald"u8) ? 1 : 0;
                }

                return HeadFault.None;
            default:
                return HeadFault.None;
        }
    }

    private void ReadConnection(ReadOnlySpan<byte> value)
    {
        while (Grammar.NextListed(ref value, out ReadOnlySpan<byte> option))
        {
            if (FieldNames.Is(option, "close"u8))
            {
                ConnectionClose = true;
            }
            else if (FieldNames.Is(option, "keep-alive"u8))
            {
                ConnectionKeepAlive = true;
            }
            else if (FieldNames.Is(option, "upgrade"u8))
            {
                ConnectionUpgrade = true;
            }
            else if (!FieldNames.Is(option, "te"u8))
            {
                _nominated++;
            }
        }
    }

    /// <summary>RFC 9110 §7.6.1: what Connection names goes no further, except what routing and framing stand on.</summary>
    private void DropNominated(ReadOnlySpan<byte> head)
    {
        for (int c = 0; c < Count; c++)
        {
            if (_lines[c].Id != FieldId.Connection)
            {
                continue;
            }

            ReadOnlySpan<byte> list = _lines[c].Value(head);
            while (Grammar.NextListed(ref list, out ReadOnlySpan<byte> option))
            {
                for (int i = 0; i < Count; i++)
                {
                    if (_lines[i].Id is FieldId.Other or FieldId.Via or FieldId.Date && Ascii(_lines[i].Name(head), option))
                    {
                        _lines[i] = _lines[i] with { Id = FieldId.HopByHop };
                    }
                }
            }
        }

        static bool Ascii(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => System.Text.Ascii.EqualsIgnoreCase(a, b);
    }
}
