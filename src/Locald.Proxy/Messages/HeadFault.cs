namespace Locald.Proxy.Messages;

/// <summary>Why a message head or body is refused. Each is a place where two parsers could read two messages, or a bound.</summary>
public enum HeadFault
{
    None,

    // start line
    StartLine,
    Method,
    Target,
    TargetTooLong,
    Version,
    VersionNotSupported,
    StatusCode,

    // field lines
    BareLineFeed,
    BareCarriageReturn,
    FoldedLine,
    FieldName,
    SpaceBeforeColon,
    FieldValue,
    TooManyFields,
    HeadTooLong,

    // host
    HostMissing,
    HostRepeated,
    Host,
    HostAgainstTarget,

    // framing
    ContentLength,
    ContentLengthsDiffer,
    LengthAndEncoding,
    TransferEncoding,
    TransferEncodingUnknown,
    TransferEncodingInHttp10,
    Chunk,
    ChunkTooLong,
    Trailer,

    // semantics
    Expectation,
    Protocol,
    MethodNotAllowed,

    // the peer
    TimedOut,
    BodyCutShort,
}
