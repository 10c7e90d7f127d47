using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge.FanOut;

namespace Sametime.Edge.Links;

/// <summary>
/// The one link on which all clients of this Edge, and of the Edges chained behind it, reach the hub. Without it nobody is let
/// in; when it is lost everybody on it is ended with ConnectionBroken, which makes clients come back by themselves.
/// </summary>
internal sealed class Uplink(EdgeCounters counters, EdgeLog log) : ILinkHandler
{
    private readonly FanOutRound _round = new(counters);
    private readonly ParticipantTable _participants = new();

    /// <summary>The link while it is open.</summary>
    public ILink? Link { get; private set; }

    public int QueuedBytes => Link?.QueuedBytes ?? 0;

    /// <summary>Participants on the link, those of chained Edges among them.</summary>
    public ParticipantTable Participants => _participants;

    /// <summary>Who hands a broadcast out: to clients here, and to each chained Edge once.</summary>
    public BroadcastHandler? Broadcast { get; set; }

    /// <summary>Asks the hub to log a participant in. Returns its handle, or 0 when there is no link.</summary>
    public uint Attach(IParticipant participant, Attach attach)
    {
        if (Link is null)
        {
            return 0;
        }

        var handle = _participants.Add(participant);
        counters.LinkFramesOut++;
        Link.Send(handle, attach);
        return handle;
    }

    /// <summary>Passes a participant's message on as it came.</summary>
    public void SendMessage(uint handle, ReadOnlySpan<byte> message)
    {
        if (Link is { } link)
        {
            counters.LinkFramesOut++;
            link.Send(LinkKind.Message, handle, default, message);
        }
    }

    /// <summary>Ends a participant from this side; it hears nothing more.</summary>
    public void Detach(uint handle, Reason reason)
    {
        if (Link is { } link)
        {
            _participants.Leave(handle);
            counters.LinkFramesOut++;
            link.Send(handle, new Detach(reason));
        }
    }

    public void OnLinkOpened(ILink link)
    {
        Link = link;
        log.UplinkOpened(link.Peer.Name, link.Peer.HubNumber);
    }

    public void OnLinkFrame(ILink link, in LinkFrame frame)
    {
        // A link that was replaced may still drain.
        if (link != Link)
        {
            return;
        }

        counters.LinkFramesIn++;
        try
        {
            Dispatch(link, frame);
        }
        catch (Exception error)
        {
            // The one place that keeps a bug of ours from ending the link, and everybody with it.
            log.LinkFrameFailed(error, frame.Kind);
            _participants.Find(frame.Handle)?.OnFault(error);
        }
    }

    public void OnLinkClosed(ILink link, Reason reason)
    {
        if (link != Link)
        {
            return;
        }

        Link = null;
        var stranded = _participants.Clear();
        log.UplinkClosed(link.Peer.Name, reason, stranded.Count);
        foreach (var participant in stranded)
        {
            participant.OnDetached(Reason.ConnectionBroken);
        }
    }

    private void Dispatch(ILink link, in LinkFrame frame)
    {
        switch (frame.Kind)
        {
            case LinkKind.Message when frame.Payload.Length >= MessageHeader.Size:
                _participants.Find(frame.Handle)?.OnMessage(frame.Payload);
                break;
            case LinkKind.Fanout when Fanout.TryRead(frame.Payload, out var fanout):
                counters.FanOutFrames++;
                _round.Deliver(fanout, _participants);
                break;
            case LinkKind.Broadcast when frame.Payload.Length >= MessageHeader.Size:
                counters.Broadcasts++;
                Broadcast?.Invoke(_round, frame.Payload);
                break;
            case LinkKind.Attached:
                OnAttached(frame);
                break;
            case LinkKind.Detach:
                OnDetach(link, frame);
                break;
            default:
                counters.BadLinkFrames++;
                break;
        }
    }

    private void OnAttached(in LinkFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        var attached = Attached.Read(ref reader);
        if (reader.Error is null)
        {
            _participants.Find(frame.Handle)?.OnAttached(attached);
        }
        else
        {
            counters.BadLinkFrames++;
        }
    }

    // Whoever gets a Detach first answers with one; then the handle is free.
    private void OnDetach(ILink link, in LinkFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        var detach = Contracts.Link.Participants.Detach.Read(ref reader);
        if (_participants.Free(frame.Handle) is { } participant)
        {
            counters.LinkFramesOut++;
            link.Send(frame.Handle, detach);
            participant.OnDetached(reader.Error is null ? detach.Reason : Reason.ServerBroken);
        }
    }
}

/// <summary>Hands a broadcast message out; the message is borrowed.</summary>
internal delegate void BroadcastHandler(FanOutRound round, ReadOnlySpan<byte> message);
