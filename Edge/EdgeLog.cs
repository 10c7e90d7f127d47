using System.Net;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Wire;

namespace Sametime.Edge;

/// <summary>Every sentence the Edge writes to the log. Never a name typed by somebody who is not logged in, never message text.</summary>
internal sealed partial class EdgeLog(ILogger log)
{
    [LoggerMessage(EventId = 3001, EventName = "edge.listening", Level = LogLevel.Information,
        Message = "Edge {Edge} listens on {EndPoint}, TLS {Tls}.")]
    public partial void Listening(string edge, IPEndPoint endPoint, TlsMode tls);

    [LoggerMessage(EventId = 3002, EventName = "edge.uplink.opened", Level = LogLevel.Information,
        Message = "The link to {Peer} (hub {Hub}) is open.")]
    public partial void UplinkOpened(string peer, int hub);

    /// <summary>In order when this side or the other closed it, else a warning.</summary>
    public void UplinkClosed(string peer, Reason reason, int count) =>
        UplinkClosed(reason == Reason.Success ? LogLevel.Information : LogLevel.Warning, peer, reason, count);


    [LoggerMessage(EventId = 3004, EventName = "edge.outer.opened", Level = LogLevel.Information,
        Message = "Edge {Peer} is chained behind this one.")]
    public partial void OuterEdgeOpened(string peer);

    [LoggerMessage(EventId = 3005, EventName = "edge.outer.closed", Level = LogLevel.Warning,
        Message = "Edge {Peer} behind this one is gone ({Reason}), and {Count} logins with it.")]
    public partial void OuterEdgeClosed(string peer, Reason reason, int count);

    [LoggerMessage(EventId = 3006, EventName = "edge.client.ended", Level = LogLevel.Debug,
        Message = "The session of {Address} in state {State} is ended: {Reason}.")]
    public partial void ClientEnded(IPAddress? address, Clients.ClientState state, Reason reason);

    [LoggerMessage(EventId = 3007, EventName = "edge.client.slow", Level = LogLevel.Information,
        Message = "Login {Login} does not read; it is reset with {Bytes} bytes waiting.")]
    public partial void SlowReader(LoginId login, int bytes);

    [LoggerMessage(EventId = 3008, EventName = "edge.client.failed", Level = LogLevel.Error,
        Message = "Error {ErrorId}: the connection of {Address} in state {State} failed by a fault of ours and is ended.")]
    public partial void ClientFailed(Exception error, long errorId, IPAddress? address, Clients.ClientState state);

    [LoggerMessage(EventId = 3009, EventName = "edge.keys.failed", Level = LogLevel.Error,
        Message = "A key pair could not be made; handshakes wait for the next one.")]
    public partial void KeyPairFailed(Exception error);

    [LoggerMessage(EventId = 3010, EventName = "edge.certificate.made", Level = LogLevel.Warning,
        Message = "No certificate is configured; a self-made one for this machine is used (SHA-256 {Fingerprint}).")]
    public partial void SelfMadeCertificate(string fingerprint);

    [LoggerMessage(EventId = 3011, EventName = "edge.certificate.expiring", Level = LogLevel.Warning,
        Message = "The TLS certificate expires in {Days} days.")]
    public partial void CertificateExpiring(int days);

    [LoggerMessage(EventId = 3012, EventName = "edge.certificate.unusable", Level = LogLevel.Error,
        Message = "The new TLS certificate cannot be used; the old one stays.")]
    public partial void CertificateUnusable(Exception error);

    [LoggerMessage(EventId = 3013, EventName = "edge.draining", Level = LogLevel.Information,
        Message = "Edge {Edge} drains: it takes no more connections and ends {Count}.")]
    public partial void Draining(string edge, int count);

    [LoggerMessage(EventId = 3014, EventName = "edge.refused", Level = LogLevel.Debug,
        Message = "A connection from {Address} is not taken: {Admission}.")]
    public partial void Refused(IPAddress? address, Limits.Admission admission);

    [LoggerMessage(EventId = 3015, EventName = "edge.tls.failed", Level = LogLevel.Debug,
        Message = "The TLS session of {Address} ended: {Why}")]
    public partial void TlsFailed(IPAddress? address, string why);

    [LoggerMessage(EventId = 3016, EventName = "edge.link.frame.failed", Level = LogLevel.Error,
        Message = "A {Kind} frame from the hub failed by a fault of ours; only its participant is ended.")]
    public partial void LinkFrameFailed(Exception error, Contracts.Link.LinkKind kind);

    [LoggerMessage(EventId = 3020, EventName = "edge.redirect.another-hub", Level = LogLevel.Warning,
        Message = "At the address of hub {Hub} answered {Peer} (hub {Number}); nobody is sent there.")]
    public partial void AnotherHub(ushort hub, string peer, ushort number);

    [LoggerMessage(EventId = 3021, EventName = "edge.redirect.unreachable", Level = LogLevel.Warning,
        Message = "Hub {Name} (number {Hub}), where a user belongs, cannot be linked to: it has told no usable address, or there are too many hubs.")]
    public partial void HubNotReachable(string name, ushort hub);

    [LoggerMessage(EventId = 3022, EventName = "edge.redirect.timeout", Level = LogLevel.Warning,
        Message = "Hub {Name} (number {Hub}), where a user belongs, was not reached in time; the client is told to come back.")]
    public partial void HubNotReached(string name, ushort hub);

    [LoggerMessage(EventId = 3023, EventName = "edge.uplink.same-hub", Level = LogLevel.Warning,
        Message = "{Former} and {Address} both lead to hub {Hub}; only the latter is used.")]
    public partial void SameHub(string former, string address, ushort hub);

    [LoggerMessage(EventId = 3024, EventName = "edge.proxy.refused", Level = LogLevel.Warning,
        Message = "A connection of the load balancer {Address} is refused: {Why}; {Count} since this was last said.")]
    public partial void ProxyHeaderRefused(IPAddress address, string why, long count);

    [LoggerMessage(EventId = 3025, EventName = "edge.proxy.stranger", Level = LogLevel.Warning,
        Message = "A PROXY header came from {Address}, which Edge:ProxyProtocolFrom does not list; it is refused, {Count} since this was last said.")]
    public partial void ProxyHeaderFromStranger(IPAddress? address, long count);

    [LoggerMessage(EventId = 3003, EventName = "edge.uplink.closed",
        Message = "The link to {Peer} is over ({Reason}); {Count} logins end with it.")]
    private partial void UplinkClosed(LogLevel level, string peer, Reason reason, int count);
}
