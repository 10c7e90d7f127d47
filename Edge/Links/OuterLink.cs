using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge.Limits;

namespace Sametime.Edge.Links;

/// <summary>
/// A link that a chained Edge made to this one. Each of its participants gets a handle of one of our own uplinks; frames pass with the
/// handle exchanged, credentials are opened and sealed anew, since a seal is good for one link only.
/// </summary>
internal sealed class OuterLink(ILink link, string ownName, OuterLinks all, LimitsOptions limits, Uplinks uplinks, HopTrace trace, EdgeCounters counters) : IPausable
{
    private const int CountBytes = 4;

    private readonly Dictionary<uint, OuterParticipant> _participants = [];
    private readonly ArrayBufferWriter<byte> _recipients = new(CountBytes + (64 * Fanout.RecipientBytes));
    private int _recipientCount;
    private bool _isPaused;

    public string Name => link.Peer.Name;

    public IReadOnlyCollection<OuterParticipant> Participants => _participants.Values;

    /// <summary>Where clients connect to the chained Edge and those behind it, as it has said.</summary>
    public Items<Entrance> Entrances { get; private set; } = [];

    public void OnFrame(in LinkFrame frame)
    {
        counters.LinkFramesIn++;
        switch (frame.Kind)
        {
            case LinkKind.Attach:
                OnAttach(frame);
                break;
            case LinkKind.Message when frame.Payload.Length >= MessageHeader.Size:
                if (Find(frame.Handle) is { } participant)
                {
                    trace.GoOn(link, "passes up");
                    PauseUnder(participant.SendUp(frame.Payload));
                }

                break;
            case LinkKind.TraceContext:
                trace.Announce(link, frame.Payload);
                break;
            case LinkKind.Detach:
                OnDetach(frame);
                break;
            case LinkKind.EdgeHello:
                OnHello(frame);
                break;
            default:
                counters.BadLinkFrames++;
                break;
        }
    }

    public void ResumeReading()
    {
        _isPaused = false;
        link.ResumeReading();
    }

    /// <summary>The chained Edge is gone, and its clients with it.</summary>
    public void OnClosed()
    {
        foreach (var participant in _participants.Values.ToArray())
        {
            participant.LeaveUp(Reason.ConnectionBroken);
        }

        _participants.Clear();
        trace.Forget(link);
    }

    public void SendDown(uint handle, ReadOnlySpan<byte> message)
    {
        counters.LinkFramesOut++;
        trace.SendOn(link, handle);
        link.Send(LinkKind.Message, handle, default, message);
    }

    public void SendDown<TPayload>(uint handle, in TPayload payload)
        where TPayload : ILinkPayload<TPayload>
    {
        counters.LinkFramesOut++;
        link.Send(handle, payload);
    }

    /// <summary>
    /// A hub's broadcast passes on as it is, once, when everybody behind this link is at that hub; else as a list of those who are, for
    /// the chained Edge does not know who is where.
    /// </summary>
    public void SendBroadcast(ReadOnlySpan<byte> message, Uplink uplink)
    {
        if (_participants.Values.All(participant => participant.Uplink == uplink))
        {
            counters.LinkFramesOut++;
            link.Send(LinkKind.Broadcast, 0, default, message);
            return;
        }

        foreach (var (handle, participant) in _participants)
        {
            if (participant.Uplink == uplink)
            {
                _ = AddRecipient(handle, ChannelId.Master);
            }
        }

        if (_recipientCount > 0)
        {
            SendRecipients(message);
        }
    }

    /// <summary>Adds to this link's part of a fan-out. True for the first of a round.</summary>
    public bool AddRecipient(uint handle, ChannelId channel)
    {
        var isFirst = _recipientCount++ == 0;
        if (isFirst)
        {
            _recipients.GetSpan(CountBytes);
            _recipients.Advance(CountBytes);
        }

        var span = _recipients.GetSpan(Fanout.RecipientBytes);
        BinaryPrimitives.WriteUInt32BigEndian(span, handle);
        BinaryPrimitives.WriteUInt32BigEndian(span[4..], channel.Value);
        _recipients.Advance(Fanout.RecipientBytes);
        return isFirst;
    }

    /// <summary>Sends the message with the list gathered: one frame for all participants behind this link.</summary>
    public void SendRecipients(ReadOnlySpan<byte> message)
    {
        Span<byte> count = stackalloc byte[CountBytes];
        BinaryPrimitives.WriteInt32BigEndian(count, _recipientCount);
        count.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsMemory(_recipients.WrittenMemory).Span);
        counters.LinkFramesOut++;
        link.Send(LinkKind.Fanout, 0, _recipients.WrittenSpan, message);
        _recipients.ResetWrittenCount();
        _recipientCount = 0;
    }

    private void PauseUnder(UplinkPressure? pressure)
    {
        if (!_isPaused && pressure is { IsHigh: true })
        {
            _isPaused = true;
            link.PauseReading();
            pressure.Hold(this);
        }
    }

    private OuterParticipant? Find(uint handle) => _participants.GetValueOrDefault(handle) is { IsLeaving: false } participant ? participant : null;

    private void OnAttach(in LinkFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        var attach = Attach.Read(ref reader);
        if (reader.Error is not null || _participants.ContainsKey(frame.Handle))
        {
            counters.BadLinkFrames++;
            return;
        }

        var participant = new OuterParticipant(this, all, uplinks, frame.Handle, attach);
        _participants.Add(frame.Handle, participant);
        var refusal = PassOn(participant, attach);
        if (refusal != Reason.Success)
        {
            counters.CountRefused(refusal.ToString());
            participant.EndDown(refusal);
        }
    }

    private Reason PassOn(OuterParticipant participant, Attach attach)
    {
        // Edges that lead to each other in a circle would pass a login round for ever.
        if (attach.Edges.Count >= limits.EdgesInChainMax || attach.Edges.Contains(ownName))
        {
            return Reason.ServerBroken;
        }

        if (all.Undecided >= limits.UndecidedOuterLoginsMax)
        {
            return Reason.ServerFull;
        }

        if (uplinks.Choose() is not { } uplink)
        {
            return Reason.ServerNotResponding;
        }

        if (link.Open(attach.SealedCredential) is not { } secret)
        {
            return Reason.ServerBroken;
        }

        participant.Begin(
            new UndecidedLogin(attach with { Edges = [.. attach.Edges, ownName] }, new Credential(attach.CredentialKind, secret)), uplink);
        return Reason.Success;
    }

    private void OnHello(in LinkFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        var hello = EdgeHello.Read(ref reader);
        if (reader.Error is not null || hello.Entrances.Count > limits.EntrancesMax)
        {
            counters.BadLinkFrames++;
            return;
        }

        Entrances = hello.Entrances;
        uplinks.TellEntrances();
    }

    private void OnDetach(in LinkFrame frame)
    {
        if (!_participants.Remove(frame.Handle, out var participant))
        {
            return;
        }

        var reader = new WireReader(frame.Payload);
        var detach = Detach.Read(ref reader);
        if (!participant.IsLeaving)
        {
            SendDown(frame.Handle, detach);
            participant.LeaveUp(detach.Reason);
        }
    }
}
