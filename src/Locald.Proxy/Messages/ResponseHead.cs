namespace Locald.Proxy.Messages;

/// <summary>An upstream's response head, held to the rules of a request's. Offsets are into the bytes given to <see cref="Parse"/>.</summary>
internal sealed class ResponseHead
{
    internal FieldSection Fields { get; } = new();

    internal int Status { get; private set; }

    /// <summary>The reason phrase; may be empty.</summary>
    internal Slice Reason { get; private set; }

    internal bool IsHttp10 { get; private set; }

    internal bool IsInformational => Status < 200;

    /// <summary>
    /// Whether the upstream keeps its connection after this response, as far as its head tells. A 204 that announces a body may well
    /// send one, which would be read as the next response.
    /// </summary>
    internal bool KeepAlive => (IsHttp10 ? Fields.ConnectionKeepAlive && !Fields.ConnectionClose : !Fields.ConnectionClose)
        && (Status != 204 || !(Fields.Chunked || Fields.ContentLength > 0));

    /// <summary>The framing of this response's body, RFC 9112 §6.3.</summary>
    internal BodyKind BodyKind(bool answersHead) =>
        answersHead || Status is < 200 or 204 or 304 ? Messages.BodyKind.None
        : Fields.Chunked ? Messages.BodyKind.Chunked
        : Fields.ContentLength > 0 ? Messages.BodyKind.Length
        : Fields.ContentLength == 0 ? Messages.BodyKind.None
        : Messages.BodyKind.UntilClose;

    /// <summary>Parses a complete head, its empty line included.</summary>
    internal HeadFault Parse(ReadOnlySpan<byte> head)
    {
        int lineEnd = head.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = head[..lineEnd];

        // HTTP-version SP status-code SP [reason-phrase], RFC 9112 §4; that last space is often left out.
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] - '0' is < 0 or > 9 || line[8] != ' ')
        {
            return HeadFault.StartLine;
        }

        IsHttp10 = line[7] == '0';
        int status = 0;
        foreach (byte digit in line[9..12])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return HeadFault.StatusCode;
            }

            status = (status * 10) + (digit - '0');
        }

        if (status < 100 || (line.Length > 12 && line[12] != ' '))
        {
            return HeadFault.StatusCode;
        }

        Status = status;
        Reason = line.Length > 13 ? new(13, line.Length - 13) : default;
        if (Reason.Of(head).ContainsAny(Grammar.NotInValue))
        {
            return HeadFault.StartLine;
        }

        HeadFault fault = Fields.Parse(head, lineEnd + 2, head.Length - 2);
        return fault == HeadFault.None && Fields.Chunked && IsHttp10 ? HeadFault.TransferEncodingInHttp10 : fault;
    }
}
