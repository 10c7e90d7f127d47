using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Keeps the replicas equal to what they are replicas of. A hub that is met gets a snapshot of this hub's part, then at the end of each
/// turn what has changed in it, each with a number and the digest it leads to, and every few seconds number and digest alone. Who finds
/// that something does not fit asks for a snapshot, which is put in the place of what was there by its differences, so that nothing flaps.
/// </summary>
internal sealed class DirectoryReplication : ITurnEnd
{
    private readonly ILoop _loop;
    private readonly Clique.Clique _clique;
    private readonly OnlineDirectory _directory;
    private readonly Inquiries _inquiries;
    private readonly HubOptions _options;
    private readonly HubCounters _counters;
    private readonly ILogger _log;
    private bool _isDeferred;
    private IDisposable? _nextDigest;

    public DirectoryReplication(ILoop loop, Clique.Clique clique, OnlineUsers online, OnlineDirectory directory, Inquiries inquiries, HubOptions options, HubCounters counters, ILogger log)
    {
        (_loop, _clique, _directory, _inquiries, _options, _counters, _log) = (loop, clique, directory, inquiries, options, counters, log);
        online.Came = OnCame;
        online.Gone = OnGone;
    }

    /// <summary>A hub is there, and has nothing of ours yet. What is known of it stays stale until its snapshot is complete.</summary>
    public void OnJoined(HubPeer peer)
    {
        var part = _directory.PartOf(peer.Number);
        (part.Peer, part.Node, part.IsAsking, part.DigestsSinceAsked, part.Incoming) = (peer, peer.LoginId, true, 0, null);
        SendSnapshot(peer);
        _nextDigest ??= _loop.Schedule(_options.DirectoryDigests, TellDigests);
    }

    /// <summary>The link of a hub is lost. Its users stay where they were for the time of a lease: the hub may be there still.</summary>
    public void OnLeft(HubPeer peer)
    {
        _inquiries.OnLeft(peer);
        if (!_directory.TryGetPart(peer.Number, out var part) || part.Peer != peer)
            return;
        (part.Peer, part.IsLive, part.Incoming) = (null, false, null);
        part.Lease ??= _loop.Schedule(_options.Lease, () => Drop(part));
    }

    /// <summary>A frame of the directory. False when it breaks the rules.</summary>
    public bool Handle(HubPeer peer, in LinkFrame frame)
    {
        var part = _directory.PartOf(peer.Number);
        var reader = new WireReader(frame.Payload);
        switch (frame.Kind)
        {
            case LinkKind.DirectorySnapshot:
                var snapshot = DirectorySnapshot.Read(ref reader);
                return reader.Error is null && OnSnapshot(part, peer, snapshot);

            case LinkKind.DirectoryDelta:
                var delta = DirectoryDelta.Read(ref reader);
                return reader.Error is null && OnDelta(part, delta);

            case LinkKind.DirectoryDigest:
                var digest = DirectoryDigest.Read(ref reader);
                if (reader.Error is null)
                    OnDigest(part, digest);
                return reader.Error is null;

            case LinkKind.DirectoryInquiry:
                // What this turn has changed already goes before the answer.
                TellChanges();
                peer.Link!.Send(LinkKind.DirectoryInquired, frame.Handle, default, default);
                return true;

            case LinkKind.DirectoryInquired:
                _inquiries.OnAnswer(peer, frame.Handle);
                return true;

            default:
                SendSnapshot(peer);
                return true;
        }
    }

    /// <summary>This hub's part has changed; it is told at the end of the turn.</summary>
    public void OnChanged()
    {
        if (_isDeferred)
            return;
        _isDeferred = true;
        _loop.Defer(this);
    }

    void ITurnEnd.OnTurnEnd()
    {
        _isDeferred = false;
        TellChanges();
    }

    private void OnCame(Login login)
    {
        _directory.Own.Came(login);
        OnChanged();
        _directory.TellCame(login.User.Id);
    }

    private void OnGone(Login login)
    {
        _directory.Own.Gone(login);
        OnChanged();
        _directory.TellGone(login.User.Id);
    }

    private void TellChanges()
    {
        foreach (var delta in _directory.Own.TakeChanges())
        {
            foreach (var peer in _clique.Peers)
                peer.Link!.Send(0, delta);
        }
    }

    private void TellDigests()
    {
        _nextDigest = null;
        if (_clique.Peers.Count == 0)
            return;
        TellChanges();
        var own = _directory.Own;
        foreach (var peer in _clique.Peers)
            peer.Link!.Send(0, new DirectoryDigest(own.Incarnation, own.Sequence, own.Digest));
        _nextDigest = _loop.Schedule(_options.DirectoryDigests, TellDigests);
    }

    private void SendSnapshot(HubPeer peer)
    {
        // To everybody, this one too: what a snapshot contains must not come again behind it.
        TellChanges();
        _counters.DirectorySnapshots++;
        foreach (var frame in _directory.Own.Snapshot())
            peer.Link!.Send(0, frame);
    }

    private bool OnSnapshot(HubPart part, HubPeer peer, DirectorySnapshot frame)
    {
        if (frame.Incarnation != peer.Incarnation)
            return false;
        if (frame.Number == 0)
            part.Incoming = new IncomingSnapshot(frame);
        if (part.Incoming?.TryAdd(frame, _options.Limits.DirectoryEntriesPerHub) != true)
            return false;
        part.DigestsSinceAsked = 0;
        if (frame.IsLast)
            Complete(part, part.Incoming);
        return true;
    }

    private void Complete(HubPart part, IncomingSnapshot snapshot)
    {
        var difference = part.Replace(snapshot);
        (part.Incoming, part.IsAsking) = (null, false);
        part.Lease?.Dispose();
        part.Lease = null;
        var wasLive = part.IsLive;
        part.IsLive = true;
        Tell(difference);
        if (!wasLive)
            _directory.TellLive(part);
    }

    private bool OnDelta(HubPart part, DirectoryDelta delta)
    {
        if (part.IsAsking)
            return true; // The snapshot on its way has it.
        if (delta.Incarnation != part.Incarnation || delta.Sequence != part.Sequence + 1)
        {
            Ask(part);
            return true;
        }

        part.Sequence++;
        foreach (var change in delta.Changes)
        {
            if (part.Apply(change, out var user))
                Tell(change.Kind, user, change.Place);
        }
        if (part.Digest != delta.Digest)
            Ask(part);
        return part.Logins.Count + part.Places.Count <= _options.Limits.DirectoryEntriesPerHub;
    }

    private void OnDigest(HubPart part, DirectoryDigest digest)
    {
        // The first one may have been on its way when we asked; at the second, question or answer is lost.
        if (part.IsAsking)
        {
            if (++part.DigestsSinceAsked > 1)
                Ask(part);
        }
        else if (digest != new DirectoryDigest(part.Incarnation, part.Sequence, part.Digest))
        {
            Ask(part);
        }
    }

    private void Ask(HubPart part)
    {
        _counters.DirectoryRepairs++;
        HubLog.DirectoryRepair(_log, part.Hub, part.Incarnation, part.Sequence);
        (part.IsAsking, part.DigestsSinceAsked, part.Incoming) = (true, 0, null);
        part.Peer?.Link!.Send(0, default(DirectoryAsk));
    }

    private void Drop(HubPart part)
    {
        part.Lease = null;
        var difference = part.Clear();
        if (part.Peer is null)
            _directory.Remove(part);
        HubLog.LeaseOver(_log, part.Hub, part.Incarnation, difference.Gone.Count, difference.Closed.Count);
        Tell(difference);
    }

    private void Tell(PartDifference difference)
    {
        foreach (var user in difference.Came)
            _directory.TellCame(user);
        foreach (var user in difference.Gone)
            _directory.TellGone(user);
        foreach (var place in difference.Opened)
            _directory.TellOpened(place);
        foreach (var place in difference.Closed)
            _directory.TellClosed(place);
    }

    private void Tell(DirectoryChangeKind kind, UserId user, string place)
    {
        switch (kind)
        {
            case DirectoryChangeKind.LoginCame:
                _directory.TellCame(user);
                break;
            case DirectoryChangeKind.LoginGone:
                _directory.TellGone(user);
                break;
            case DirectoryChangeKind.PlaceOpened:
                _directory.TellOpened(place);
                break;
            default:
                _directory.TellClosed(place);
                break;
        }
    }
}
