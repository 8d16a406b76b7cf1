namespace Locald.Proxy.Messages;

/// <summary>What a client is told of a <see cref="HeadFault"/>.</summary>
internal static class HeadFaults
{
    /// <summary>The status the RFC names for the fault of a request; 400 where it names none.</summary>
    internal static int Status(this HeadFault fault) => fault switch
    {
        HeadFault.TargetTooLong => 414,
        HeadFault.HeadTooLong or HeadFault.TooManyFields => 431,
        HeadFault.VersionNotSupported => 505,
        HeadFault.TransferEncodingUnknown or HeadFault.Protocol => 501,
        HeadFault.Expectation => 417,
        HeadFault.MethodNotAllowed => 405,
        HeadFault.TimedOut => 408,
        _ => 400,
    };

    /// <summary>One sentence for the page and the log, lower case, without a full stop.</summary>
    internal static string Reason(this HeadFault fault) => fault switch
    {
        HeadFault.StartLine => "the start line is malformed",
        HeadFault.Method => "the method is not a token",
        HeadFault.Target => "the request target is malformed",
        HeadFault.TargetTooLong => $"the request target is longer than {Limits.Target} bytes",
        HeadFault.Version => "the protocol version is malformed",
        HeadFault.VersionNotSupported => "this protocol version is not supported here",
        HeadFault.StatusCode => "the status code is malformed",
        HeadFault.BareLineFeed => "a line ends in LF without CR",
        HeadFault.BareCarriageReturn => "a line contains CR without LF",
        HeadFault.FoldedLine => "a field line is folded",
        HeadFault.FieldName => "a field name is not a token",
        HeadFault.SpaceBeforeColon => "there is white space between a field name and its colon",
        HeadFault.FieldValue => "a field value contains a control character",
        HeadFault.TooManyFields => $"there are more than {Limits.Fields} field lines",
        HeadFault.HeadTooLong => $"the head is longer than {Limits.Head} bytes",
        HeadFault.HostMissing => "the Host field is missing",
        HeadFault.HostRepeated => "there is more than one Host field",
        HeadFault.Host => "the Host field is malformed",
        HeadFault.HostAgainstTarget => "the Host field contradicts the request target",
        HeadFault.ContentLength => "the Content-Length field is malformed",
        HeadFault.ContentLengthsDiffer => "there are differing Content-Length fields",
        HeadFault.LengthAndEncoding => "both Content-Length and Transfer-Encoding are present",
        HeadFault.TransferEncoding => "the Transfer-Encoding does not end in one chunked coding",
        HeadFault.TransferEncodingUnknown => "the transfer coding is not supported",
        HeadFault.TransferEncodingInHttp10 => "Transfer-Encoding is not part of HTTP/1.0",
        HeadFault.Chunk => "the chunked body is malformed",
        HeadFault.ChunkTooLong => "a chunk or its size line is too long",
        HeadFault.Trailer => "the trailer section is malformed",
        HeadFault.Expectation => "the expectation is not 100-continue",
        HeadFault.Protocol => "no protocol but websocket is passed through",
        HeadFault.MethodNotAllowed => "this method is not served here",
        HeadFault.TimedOut => "the request did not arrive in time",
        HeadFault.BodyCutShort => "the connection ended within the request's body",
        _ => "the message is malformed",
    };
}
