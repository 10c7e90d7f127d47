using Sametime.Contracts.Link;

namespace Sametime.Edge.Limits;

/// <summary>
/// Every bound of the Edge with its default. Times are kept by one sweep a second, so each may come up to a second late.
/// Bound from the section <c>Edge:Limits</c>.
/// </summary>
internal sealed class LimitsOptions
{
    // A client's frame crosses links inside a frame of theirs, and the hub adds to some messages who sent them.
    private const int FrameBytesCeiling = LinkLimits.FrameBytesMax - (64 * 1024);

    /// <summary>Open client connections. Over it: ServerFull.</summary>
    public int ConnectionsMax { get; set; } = 20_000;

    /// <summary>File descriptors that are left for everything but client connections. Over it: ServerFull.</summary>
    public int OpenFilesReserve { get; set; } = 1_000;

    /// <summary>Open connections of one address (IPv6: of one /64). Over it: closed without a reply.</summary>
    public int ConnectionsPerAddressMax { get; set; } = 500;

    /// <summary>New connections of one address in each <see cref="NewConnectionsWindow"/>. Over it: closed without a reply.</summary>
    public int NewConnectionsPerAddressMax { get; set; } = 100;

    /// <summary>See <see cref="NewConnectionsPerAddressMax"/>.</summary>
    public TimeSpan NewConnectionsWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Leaves this machine's own addresses out of the limits per address. Default true: what comes from loopback is a tunnel or
    /// a proxy that carries many people, or a bench; counting them as one would shut all of them out because of one.
    /// </summary>
    public bool ExemptLoopback { get; set; } = true;

    /// <summary>Further networks, in CIDR form, left out of the limits per address.</summary>
    public IReadOnlyList<string> ExemptNetworks { get; set; } = [];

    /// <summary>Addresses remembered for the limits per address. Over it: new ones are closed without a reply.</summary>
    public int AddressesTrackedMax { get; set; } = 100_000;

    /// <summary>Connections over a limit that are still being told so. Over it: closed without a reply.</summary>
    public int RefusalsLingeringMax { get; set; } = 200;

    /// <summary>Bytes of a load balancer's PROXY header. Over it: reset.</summary>
    public int ProxyHeaderBytesMax { get; set; } = 2_048;

    /// <summary>Connections of load balancers whose PROXY header has not come yet. Over it: reset.</summary>
    public int ProxyHeadersWaitingMax { get; set; } = 1_000;

    /// <summary>From accept to the first byte, and to the end of a load balancer's PROXY header. Over it: closed.</summary>
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>From accept to the end of the TLS handshake. Over it: closed.</summary>
    public TimeSpan TlsTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From accept to a whole Handshake; keep-alive bytes are no progress. Over it: closed.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From accept to a whole Login. Over it: closed.</summary>
    public TimeSpan LoginTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>From Login to the hub's decision. Over it: ServerNotResponding.</summary>
    public TimeSpan LoginDecisionTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A frame before the login is accepted. Over it: MessageTooLarge.</summary>
    public int FrameBytesBeforeLoginMax { get; set; } = 8 * 1024;

    /// <summary>A frame of a logged-in client. Over it: MessageTooLarge. At most what a link carries, 4032 KiB.</summary>
    public int FrameBytesMax { get; set; } = 256 * 1024;

    /// <summary>Least rate inside one frame, after <see cref="FrameGrace"/>. Under it: closed.</summary>
    public int FrameBytesPerSecondMin { get; set; } = 240;

    /// <summary>Time for a frame before its rate counts.</summary>
    public TimeSpan FrameGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Frames of length 0 without another between them. At it: ProtocolError.</summary>
    public int EmptyFramesInARowMax { get; set; } = 1_000;

    /// <summary>Messages of unknown or server-only type of one client in a minute. Over it: ProtocolError.</summary>
    public int UnknownMessagesPerMinuteMax { get; set; } = 20;

    /// <summary>Silence of ours after which one keep-alive byte is sent.</summary>
    public TimeSpan KeepAliveAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time without a byte from the client, or a sign of life of its TCP where that can be asked. Over it: ConnectionTimedOut.</summary>
    public TimeSpan DeadAfter { get; set; } = TimeSpan.FromSeconds(150);

    /// <summary>Bytes that wait for one client at the end of a turn. Over it: reset, counted as a slow reader.</summary>
    public int SendQueueBytesMax { get; set; } = 1024 * 1024;

    /// <summary>Age of the oldest byte that waits for a client. Over it: reset, counted as a slow reader.</summary>
    public TimeSpan SendQueueAgeMax { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes that wait for all clients. Over it: the longest queues are reset first, counted as slow readers.</summary>
    public long SendQueuesBytesMax { get; set; } = 256L * 1024 * 1024;

    /// <summary>What a client gets to read its last message after our half-close, before it is reset.</summary>
    public TimeSpan CloseLinger { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes that wait on the link to the hub above which clients that send are no longer read.</summary>
    public int UplinkQueueBytesHigh { get; set; } = 8 * 1024 * 1024;

    /// <summary>Bytes that wait on the link to the hub below which they are read again.</summary>
    public int UplinkQueueBytesLow { get; set; } = 2 * 1024 * 1024;

    /// <summary>How often a congested link is looked at.</summary>
    public TimeSpan UplinkQueueInterval { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Links to hubs. A redirect to one more ends the login with ServerNotResponding.</summary>
    public int UplinksMax { get; set; } = 64;

    /// <summary>Time to reach the hub that a login is redirected to. Over it: ServerNotResponding.</summary>
    public TimeSpan RedirectWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time after which a hub that only redirects have named, and that is down, is not dialled any more.</summary>
    public TimeSpan UplinkForgottenAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Logins through chained Edges that no hub has decided yet; each keeps its secret. Over it: ServerFull.</summary>
    public int UndecidedOuterLoginsMax { get; set; } = 20_000;

    /// <summary>Places to connect to that a chained Edge may tell of. Over it: they are passed over.</summary>
    public int EntrancesMax { get; set; } = 1_000;

    /// <summary>Edges in one chain; a login that crossed more is refused with ServerBroken.</summary>
    public int EdgesInChainMax { get; set; } = 8;

    /// <summary>Key pairs made in advance: a burst of that many handshakes waits for none. One costs about a millisecond.</summary>
    public int KeyPairsReady { get; set; } = 64;

    /// <summary>How often deadlines, queues and keep-alive are looked at.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Throws with one clear sentence when values contradict each other.</summary>
    public void Check()
    {
        Demand(FrameBytesMax is > 0 and <= FrameBytesCeiling, "Edge:Limits:FrameBytesMax must not be above 4032 KiB.");
        Demand(FrameBytesBeforeLoginMax > 0 && FrameBytesBeforeLoginMax <= FrameBytesMax, "Edge:Limits:FrameBytesBeforeLoginMax must not be above FrameBytesMax.");
        Demand(UplinkQueueBytesLow < UplinkQueueBytesHigh, "Edge:Limits:UplinkQueueBytesLow must be below UplinkQueueBytesHigh.");
        Demand(ConnectionsMax > 0, "Edge:Limits:ConnectionsMax must be at least 1.");
        Demand(UplinksMax > 0, "Edge:Limits:UplinksMax must be at least 1.");
        Demand(KeyPairsReady > 0, "Edge:Limits:KeyPairsReady must be at least 1.");
        Demand(SweepInterval > TimeSpan.Zero, "Edge:Limits:SweepInterval must be longer than nothing.");
    }

    private static void Demand(bool isMet, string sentence)
    {
        if (!isMet)
        {
            throw new InvalidOperationException(sentence);
        }
    }
}
