namespace Locald.Proxy;

/// <summary>Every bound of the server in one place, with where its number comes from.</summary>
public static class Limits
{
    /// <summary>Bytes of a request or response head, start line included. More is 431 (RFC 6585 §5) or 502.</summary>
    public const int Head = 32 * 1024;

    /// <summary>Bytes of a request target. More is 414 (RFC 9110 §15.5.15).</summary>
    public const int Target = 16 * 1024;

    /// <summary>Field lines of one head or trailer section: beyond any browser's, and it bounds the index.</summary>
    public const int Fields = 256;

    /// <summary>Field names that Connection may list: each is compared with each field.</summary>
    public const int Nominated = 64;

    /// <summary>
    /// Octets of either HPACK table of a connection: the size that both sides begin with (RFC 9113 §6.5.2), so nothing has to be
    /// negotiated before the first block.
    /// </summary>
    public const int HeaderTable = 4096;

    /// <summary>
    /// Bytes of a field block as it comes. Twice a head: up to there a section that is too large is the stream's 431 alone, beyond it
    /// the connection ends.
    /// </summary>
    public const int FieldBlock = 2 * Head;

    /// <summary>Bytes of one HPACK string, decoded (RFC 7541 §7.4). Twice a head: up to there a large field is the stream's 431 alone.</summary>
    public const int FieldString = 2 * Head;

    /// <summary>Bytes of host and port: a name has 253 at most (RFC 1035 §2.3.4), a port six with its colon.</summary>
    public const int Authority = 260;

    /// <summary>Bytes of one chunk-size line with its extensions: RFC 9112 §7.1.1 asks for a bound.</summary>
    public const int ChunkLine = 4096;

    /// <summary>Interim responses (1xx) before a final one; no server sends more than a few.</summary>
    public const int Interim = 32;

    /// <summary>Times that our name may stand in Via before a request is taken for a loop (508).</summary>
    public const int Hops = 5;

    /// <summary>The first buffer of a connection that has something to read: one TLS record.</summary>
    public const int SmallBuffer = 16 * 1024;

    /// <summary>The buffer that a bulk transfer grows to: four TLS records, one system call.</summary>
    public const int LargeBuffer = 64 * 1024;

    /// <summary>Client connections at once; further ones wait in the listen queue.</summary>
    public const int Connections = 10_000;

    /// <summary>Connections the kernel keeps for us before they are accepted; it takes the lower of this and net.core.somaxconn.</summary>
    public const int Backlog = 4096;

    /// <summary>
    /// Idle connections kept per upstream: as many as one client's streams can have had in use. With fewer, each burst of a browser opens
    /// and closes the rest anew, which costs more than the requests.
    /// </summary>
    public const int IdlePerUpstream = Streams;

    /// <summary>Bytes of an unwanted request body that are read away to keep a connection; beyond, it is closed.</summary>
    public const long Drain = 256 * 1024;

    /// <summary>Streams that one client may have open (SETTINGS_MAX_CONCURRENT_STREAMS): a development server's module graph asks for 250 at once.</summary>
    public const int Streams = 256;

    /// <summary>
    /// Exchanges on one connection of HTTP/2 to an upstream: as many as RFC 9113 §6.5.2 asks servers to take. Each has a whole window, so
    /// a client that reads slowly never holds up another one's response.
    /// </summary>
    public const int UpstreamStreams = 100;

    /// <summary>Streams whose memory a connection keeps for the next requests.</summary>
    public const int RestingStreams = 32;

    /// <summary>Streams up to which each answer is sent at once; with more, the answers of a moment share a write.</summary>
    public const int Uncrowded = 2;

    /// <summary>Identifiers of streams that were reset, for frames that were on their way.</summary>
    public const int RememberedResets = 64;

    /// <summary>
    /// Ranges of identifiers that a client went past, which are told from those of streams that have ended. Clients that exist go past
    /// none, or once at the start.
    /// </summary>
    public const int SkippedIds = 16;

    /// <summary>Payload of the largest frame, taken and sent: RFC 9113 §4.2's own default, and one TLS record.</summary>
    public const int Http2Frame = 16 * 1024;

    /// <summary>Bytes that one stream may send ahead of its reader. With 64 KiB, credit was over a quarter of what an upload cost.</summary>
    public const int StreamWindow = 256 * 1024;

    /// <summary>
    /// The same for all streams of a connection together: what a client can make us hold. Sixteen uploads that their targets do not read
    /// hold up the others.
    /// </summary>
    public const int ConnectionWindow = 4 * 1024 * 1024;

    /// <summary>Frames that wait for a client that does not read: above it, streams are held, and no more frames are read that ask for an answer.</summary>
    public const int Http2Backlog = 128 * 1024;

    /// <summary>CONTINUATION frames of one field section. The longest field block fits into four full frames.</summary>
    public const int Continuations = 16;

    /// <summary>
    /// Frames that cost work and bring none done (resets, pings, settings, empty data, tiny windows), in one go: a page with a
    /// thousand modules that is reloaded ten times at once.
    /// </summary>
    public const int FrameBudget = 10_000;

    /// <summary>How many of them are forgiven in a second.</summary>
    public const int FrameRefill = 1_000;

    /// <summary>Requests that are remembered for whoever opens the dashboard or asks for the log: a page and its modules.</summary>
    public const int RequestsKept = 200;

    /// <summary>
    /// Requests of one second that a record is made of while nobody follows: what is remembered may change whole, and a load of fifty
    /// thousand a second still costs nothing.
    /// </summary>
    public const int RecordsPerSecond = RequestsKept;

    /// <summary>Who may follow the requests at once: dashboards, and terminals with <c>locald logs</c>.</summary>
    public const int Followers = 32;

    /// <summary>Lines that wait for a follower that is slow; older ones make room, and it is told how many.</summary>
    public const int FollowerLines = 1024;

    /// <summary>Requests held at once for apps that boot: some reloaded pages with all they ask for. More are told to come again.</summary>
    public const int Held = 1_024;

    // Waits, in milliseconds. The sweeper looks once a second.

    /// <summary>To find out which targets are there before the dashboard is shown without knowing: a person does not notice it.</summary>
    public const int ProbeWait = 250;

    /// <summary>How long what was found out is shown again.</summary>
    public const int ProbeKept = 2_000;

    /// <summary>From accept to the end of the TLS handshake.</summary>
    public const int Handshake = 10_000;

    /// <summary>From a head's first byte to its last (408).</summary>
    public const int HeadWait = 15_000;

    /// <summary>Between requests on a kept connection: nginx's 75 s.</summary>
    public const int KeepAlive = 75_000;

    /// <summary>Without a byte of a request body (408): nginx's 60 s.</summary>
    public const int BodyWait = 60_000;

    /// <summary>To reach an upstream, all its addresses together.</summary>
    public const int Connect = 10_000;

    /// <summary>For an app that boots to be reached (503): browsers and gateways begin to give up at a minute.</summary>
    public const int BootWait = 60_000;

    /// <summary>From a complete request to the response's head (504): a dev server may compile for minutes.</summary>
    public const int ResponseWait = 600_000;

    /// <summary>Without a byte moving in a response or a tunnel: an event stream may rest for long, a stopped video too.</summary>
    public const int Stall = 3_600_000;

    /// <summary>For the client to take the last bytes, or to end a body nobody wants, before the connection is cut.</summary>
    public const int Linger = 5_000;

    /// <summary>For connections that were cut to give back what they hold, when the server stops.</summary>
    public const int Unwind = 1_000;

    /// <summary>How long an idle upstream connection is kept.</summary>
    public const int UpstreamIdle = 60_000;

    /// <summary>
    /// How long one may have rested to carry a request that cannot be sent twice: node closes after 5 s, and the close may be on
    /// its way already.
    /// </summary>
    public const int UpstreamFresh = 3_000;
}
