using Sametime.Contracts.Wire;

namespace Sametime.Edge;

/// <summary>What the Edge counts. Written on its loop; a reader elsewhere may see a value that is a moment old.</summary>
internal sealed class EdgeCounters
{
    public long Accepted;
    public long ClosedUnspoken;
    public long FramesIn;
    public long FramesOut;
    public long BytesIn;
    public long BytesOut;
    public long LinkFramesIn;
    public long LinkFramesOut;
    public long BadLinkFrames;
    public long FanOutFrames;
    public long FanOutCopies;
    public long UnsharedCopies;
    public long Broadcasts;
    public long Redirects;
    public long SlowReaders;
    public long UnknownMessages;
    public long EmptyFrames;
    public long KeepAlivesSent;
    public long PausedReads;

    private readonly Dictionary<string, long> _refused = [];
    private readonly Dictionary<Reason, long> _ended = [];
    private readonly Dictionary<AuthType, long> _logins = [];

    /// <summary>Connections and logins that were not let in, by why.</summary>
    public IReadOnlyDictionary<string, long> Refused => _refused;

    /// <summary>Sessions ended by this side, by the reason the client was told.</summary>
    public IReadOnlyDictionary<Reason, long> Ended => _ended;

    /// <summary>Accepted logins by how the secret came.</summary>
    public IReadOnlyDictionary<AuthType, long> Logins => _logins;

    public void CountRefused(string why) => _refused[why] = _refused.GetValueOrDefault(why) + 1;

    public void CountEnded(Reason reason) => _ended[reason] = _ended.GetValueOrDefault(reason) + 1;

    public void CountLogin(AuthType type) => _logins[type] = _logins.GetValueOrDefault(type) + 1;
}
