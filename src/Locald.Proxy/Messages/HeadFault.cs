namespace Locald.Proxy.Messages;

/// <summary>
/// The table of what a message is refused for, be it a request (with the status of <see cref="HeadFaults"/>) or an upstream's response (502).
/// Each is a place where two parsers could read two messages, or a bound. Sections are those of RFC 9112, where no other RFC is named.
/// </summary>
public enum HeadFault
{
    None,

    // The start line.

    /// <summary>Not three words between two single spaces; of a response, not a version, a status and a reason (§3, §4).</summary>
    StartLine,

    /// <summary>No token (§3.1).</summary>
    Method,

    /// <summary>Of no form that is served here, or with a fragment, a user, or a byte that no URL has (§3.2).</summary>
    Target,

    /// <summary>414, RFC 9110 §15.5.15.</summary>
    TargetTooLong,

    /// <summary>Not HTTP/digit.digit (§2.3).</summary>
    Version,

    /// <summary>Another major version than 1 (RFC 9110 §15.6.6).</summary>
    VersionNotSupported,

    /// <summary>Not three digits, or below 100 (§4, RFC 9110 §15).</summary>
    StatusCode,

    // Field lines.

    /// <summary>A line that ends in LF alone: a recipient may take it for an end, or not (§2.2).</summary>
    BareLineFeed,

    /// <summary>A CR that no LF follows (§2.2).</summary>
    BareCarriageReturn,

    /// <summary>A line that begins with white space: obs-fold, or white space before the first field (§5.2, §2.2).</summary>
    FoldedLine,

    /// <summary>No token before a colon (§5, RFC 9110 §5.1).</summary>
    FieldName,

    /// <summary>§5.1.</summary>
    SpaceBeforeColon,

    /// <summary>NUL, DEL or a control other than the tab (RFC 9110 §5.5).</summary>
    FieldValue,

    /// <summary>431, RFC 6585 §5. Also what Connection lists.</summary>
    TooManyFields,

    /// <summary>431, RFC 6585 §5. Also a trailer section.</summary>
    HeadTooLong,

    // The host.

    /// <summary>§3.2, but for HTTP/1.0.</summary>
    HostMissing,

    /// <summary>More than one line, also if they agree (§3.2).</summary>
    HostRepeated,

    /// <summary>No host with or without a port (§3.2, RFC 9110 §7.2).</summary>
    Host,

    /// <summary>The target in absolute form names another (§3.2.2).</summary>
    HostAgainstTarget,

    // Framing.

    /// <summary>Not digits, or more than 63 bits can say (§6.3 item 5, RFC 9110 §8.6).</summary>
    ContentLength,

    /// <summary>§6.3 item 5.</summary>
    ContentLengthsDiffer,

    /// <summary>Content-Length beside Transfer-Encoding (§6.1, §6.3 item 3).</summary>
    LengthAndEncoding,

    /// <summary>Anything but one final <c>chunked</c>, on one line (§6.1, §6.3 item 4).</summary>
    TransferEncoding,

    /// <summary>Another coding before the final <c>chunked</c>: 501 (§6.1).</summary>
    TransferEncodingUnknown,

    /// <summary>§6.1.</summary>
    TransferEncodingInHttp10,

    /// <summary>A size that is none, or a chunk that does not end where it says (§7.1).</summary>
    Chunk,

    /// <summary>A size of more than 15 digits, or a line with its extensions beyond the bound (§7.1, §7.1.1).</summary>
    ChunkTooLong,

    /// <summary>A trailer section that would be refused as field lines (§7.1.2).</summary>
    Trailer,

    // What is not done here.

    /// <summary>417, RFC 9110 §10.1.1.</summary>
    Expectation,

    /// <summary>An extended CONNECT for something else than a WebSocket (RFC 8441 §4).</summary>
    Protocol,

    /// <summary>CONNECT and TRACE (RFC 9110 §9.3.6, §9.3.8).</summary>
    MethodNotAllowed,

    // The peer.

    /// <summary>408, RFC 9110 §15.5.9.</summary>
    TimedOut,

    /// <summary>The connection ended within the body (§8).</summary>
    BodyCutShort,
}
