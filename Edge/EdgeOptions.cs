namespace Sametime.Edge;

/// <summary>Where an Edge listens and who it is. Bound from the section <c>Edge</c>.</summary>
internal sealed class EdgeOptions
{
    /// <summary>
    /// Node name, unique among the Edges of a community; shown in listings and in the chain of a login. Empty: made of the
    /// machine's name and the port.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// Where hubs (or inner Edges) accept links, host:port, each another one; a link to each is kept open. On the command line: --hub.
    /// </summary>
    public IReadOnlyList<string> Hubs { get; set; } = [];

    /// <summary>Which of <see cref="Hubs"/> a new login goes to, of those whose link is open.</summary>
    public HubChoice HubChoice { get; set; } = HubChoice.Rotation;

    /// <summary>
    /// One of so many client messages is traced over all hops, from the Edge it comes in at to the one it leaves by, when something collects
    /// traces (<c>Observability:OtlpEndpoint</c>). 0: none. A trace costs each hop some microseconds, any other message one comparison.
    /// </summary>
    public int TraceOneMessageIn { get; set; }

    /// <summary>Address of the community port; <c>::</c> takes IPv4 too.</summary>
    public string ListenAddress { get; set; } = "127.0.0.1";

    /// <summary>The community port. 0 takes a free one, which <see cref="EdgeServer.Port"/> then tells.</summary>
    public int Port { get; set; } = 1533;

    /// <summary>
    /// Where clients connect to this Edge, host:port, best first, as <c>sametime resolve</c> tells them. Empty: where it listens, unless
    /// that is any address of the machine.
    /// </summary>
    public IReadOnlyList<string> PublicAddresses { get; set; } = [];

    /// <summary>
    /// Networks, in CIDR form, of load balancers that pass clients on with a PROXY header of version 2. From there each connection must
    /// begin with one, and its client's address is what every rule goes by; from elsewhere a header is refused.
    /// </summary>
    public IReadOnlyList<string> ProxyProtocolFrom { get; set; } = [];

    /// <summary>Whether clients outside TLS are served on the community port.</summary>
    public TlsMode Tls { get; set; } = TlsMode.Preferred;

    /// <summary>A PFX file, or a PEM file with the certificate chain. Empty: one is made for this machine's loopback.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>The PEM file with the private key; empty when it is in <see cref="CertificatePath"/>.</summary>
    public string CertificateKeyPath { get; set; } = "";

    /// <summary>The password of a PFX file or of an encrypted PEM key.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>Folder in which a self-made certificate is kept over restarts; empty keeps it in memory only.</summary>
    public string DataFolder { get; set; } = "";
}

/// <summary>How a new login's hub is chosen.</summary>
internal enum HubChoice
{
    /// <summary>Each takes its turn, so that logins spread.</summary>
    Rotation,

    /// <summary>The first in the list whose link is open: the others stand by.</summary>
    First,
}

/// <summary>What the community port takes.</summary>
internal enum TlsMode
{
    /// <summary>No TLS; a TLS hello is closed without a reply.</summary>
    Off,

    /// <summary>Both; what may be sent outside TLS is up to the crypto policy.</summary>
    Preferred,

    /// <summary>TLS only; others are told EncryptionMismatch at their Handshake.</summary>
    Required,
}
