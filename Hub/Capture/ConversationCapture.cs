using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;

namespace Sametime.Hub.Capture;

/// <summary>
/// Captures what participants of this hub say on IM channels. Relaxed: a message goes out at once, then its line is captured. Strict: a
/// line goes out when the log has it, and everything behind it on the channel waits with it, the end of the channel too, so that who
/// says something and closes his window is heard. A line that the log does not take in time ends its channel at both ends.
/// </summary>
internal sealed class ConversationCapture
{
    private const string WhyUnreadable = "A message could not be read.";

    private readonly ChatPolicy _policy;
    private readonly CaptureStream _stream;
    private readonly CaptureRequests _requests;
    private readonly CaptureGaps _gaps;
    private readonly HeldLines _held;
    private readonly ChannelDelivery _delivery;
    private readonly HubLimits _limits;
    private readonly HubCounters _counters;
    private readonly HashSet<Conversation> _started = [];

    public ConversationCapture(
        ChatPolicy policy, CaptureStream stream, CaptureRequests requests, CaptureGaps gaps, HeldLines held, ChannelDelivery delivery, HubLimits limits, HubCounters counters)
    {
        (_policy, _stream, _requests, _gaps, _held, _delivery, _limits, _counters) = (policy, stream, requests, gaps, held, delivery, limits, counters);
        policy.SwitchedOff = OnSwitchedOff;
        requests.Stored = OnStored;
        requests.Failed = OnFailed;
        held.Emptied = Finish;
        gaps.Mark = Mark;
    }

    /// <summary>Ends a channel at both ends.</summary>
    public Action<Channel, Reason> Refuse { get; set; } = static (_, _) => { };

    /// <summary>Conversations that the log has the beginning of, and not the end.</summary>
    public int Conversations => _started.Count;

    /// <summary>Whether messages of this channel are to be taken. This is all that a message costs while nothing is captured.</summary>
    public bool Concerns(Channel channel) => channel.Conversation is not null || (_policy.IsOn && channel.Service == ServiceTypes.InstantMessage);

    /// <summary>A participant of this hub, which calls the channel <paramref name="id"/>, has sent a message: passes it on, now or later.</summary>
    public void Take(Channel channel, ChannelId id, ReadOnlySpan<byte> message)
    {
        var conversation = channel.Conversation ??= new Conversation(channel);
        var lane = conversation.LaneFrom(id);
        if (!_policy.IsOn)
        {
            Pass(lane, message);
            return;
        }

        (conversation.Mode, conversation.OverBecause) = (_policy.Mode, null);
        var said = Said.Read(message, _limits.InstantMessageBytesMax, lane.LongMessage);
        if (said.Kind == SaidKind.Encrypted && _policy.Encrypted == EncryptedChat.Decline)
            Decline(channel, Reason.EncryptionMismatch);
        else if (said.Kind == SaidKind.Signal || (said.Kind == SaidKind.Encrypted && lane.IsMarkedEncrypted))
            Pass(lane, message);
        else if (_policy.Mode == ChatLogMode.Strict || WaitsAnyway(lane, said))
            CaptureThenPass(lane, said, message);
        else
            PassThenCapture(lane, said, message);
    }

    /// <summary>The channel is over. True when the end that calls it <paramref name="id"/> is told later, behind what was said before.</summary>
    public bool TellsLater(Channel channel, ChannelId id, Reason reason, Opaque detail)
    {
        if (channel.Conversation?.LaneTo(id) is not { IsEmpty: false } lane)
            return false;
        if (lane.Reader.IsLoggedIn)
            lane.End = new ChannelEnd(reason, detail);
        else
            _held.Drop(lane, reason);
        return !lane.IsEmpty;
    }

    /// <summary>The end that calls the channel <paramref name="id"/> gets nothing more.</summary>
    public void Drop(Channel channel, ChannelId id, Reason reason)
    {
        if (channel.Conversation is { } conversation)
            _held.Drop(conversation.LaneTo(id), reason);
    }

    /// <summary>Whoever still waits to be told that the channel is over is told now, without what was said before.</summary>
    public void CutShort(Channel channel, Reason reason)
    {
        if (channel.Conversation is not { } conversation)
            return;
        foreach (var lane in (ReadOnlySpan<Lane>)[conversation.ToCreator, conversation.ToAcceptor])
        {
            var waits = lane.End is not null;
            _held.Drop(lane, reason);
            if (waits)
                _held.Tell(lane, new ChannelEnd(reason, Opaque.Empty));
        }
        Finish(conversation);
    }

    /// <summary>The channel is over. The log is told when nothing of it waits any more.</summary>
    public void OnEnded(Channel channel, Reason reason)
    {
        if (channel.Conversation is not { } conversation)
            return;
        conversation.OverBecause ??= reason;
        Finish(conversation);
    }

    private void CaptureThenPass(Lane lane, Said said, ReadOnlySpan<byte> message)
    {
        // What cannot be read cannot be logged, so it may not be delivered either.
        if (said.Kind == SaidKind.Unreadable)
        {
            Decline(lane.Conversation.Channel, Reason.BadData);
        }
        else if (_requests.IsFailing || !_stream.HasRoom(_held.Bytes))
        {
            _counters.LinesRefused++;
            End(lane.Conversation);
        }
        else
        {
            var fact = Capture(lane, said);
            _held.Add(lane, fact, said.Kind == SaidKind.Line, message);
        }
    }

    private void PassThenCapture(Lane lane, Said said, ReadOnlySpan<byte> message)
    {
        Pass(lane, message);
        if (_stream.HasRoom(_held.Bytes))
            Capture(lane, said);
        else
            _gaps.Add(lane.Conversation);
    }

    private void Pass(Lane lane, ReadOnlySpan<byte> message)
    {
        if (!_held.TryAddBehind(lane, message))
            _delivery.Send(lane.Conversation.Channel, lane.AuthorId, message);
    }

    // Relaxed, but something was said before it became so: what goes out later may yet not go out at all, and must be marked then.
    private bool WaitsAnyway(Lane lane, Said said) => !lane.IsEmpty && said.Kind != SaidKind.Unreadable && _stream.HasRoom(_held.Bytes);

    private void Decline(Channel channel, Reason reason)
    {
        _counters.LinesRefused++;
        Refuse(channel, reason);
    }

    private long Capture(Lane lane, Said said)
    {
        var conversation = lane.Conversation;
        Begin(conversation);
        _gaps.MarkGap(conversation);
        switch (said.Kind)
        {
            case SaidKind.Line:
                _counters.LinesCaptured++;
                return _stream.Add(conversation.Line(lane, said), conversation.Correlation);

            case SaidKind.Encrypted:
                lane.IsMarkedEncrypted = true;
                return _stream.Add(conversation.NotCaptured(lane), conversation.Correlation);

            default:
                _counters.LinesMissed++;
                return _stream.Add(new ChatLinesMissed(1, WhyUnreadable), conversation.Correlation);
        }
    }

    private void Begin(Conversation conversation)
    {
        if (conversation.IsStarted)
            return;
        conversation.IsStarted = true;
        _started.Add(conversation);
        _stream.Add(conversation.Started(), conversation.Correlation);
    }

    // The beginning, the gap and, when it is over, the end of a conversation that could not be captured.
    private void Mark(Conversation conversation)
    {
        if (conversation.Missed == 0)
            return;
        if (!_policy.IsOn)
            conversation.OverBecause ??= Reason.Success;
        Begin(conversation);
        _gaps.MarkGap(conversation);
        Finish(conversation);
    }

    private void Finish(Conversation conversation)
    {
        if (conversation.OverBecause is not { } reason || conversation.IsAnythingWaiting || conversation.Missed > 0)
            return;
        if (conversation.Channel.Conversation == conversation)
            conversation.Channel.Conversation = null;
        if (!_started.Remove(conversation))
            return;
        conversation.IsStarted = false;
        _stream.Add(new ChatEnded(reason), conversation.Correlation);
    }

    private void End(Conversation conversation)
    {
        if (conversation.Channel.IsOver)
        {
            CutShort(conversation.Channel, Reason.ServerNotResponding);
            return;
        }
        _held.Drop(conversation.ToCreator, Reason.ServerNotResponding);
        _held.Drop(conversation.ToAcceptor, Reason.ServerNotResponding);
        Refuse(conversation.Channel, Reason.ServerNotResponding);
    }

    private void OnStored(long last)
    {
        _held.Release(last);
        _gaps.MarkAll(_held.Bytes);
    }

    private void OnFailed()
    {
        foreach (var conversation in _held.TakeAll())
            End(conversation);
    }

    private void OnSwitchedOff()
    {
        foreach (var conversation in _started.ToArray())
        {
            conversation.OverBecause ??= Reason.Success;
            Finish(conversation);
        }
    }
}
