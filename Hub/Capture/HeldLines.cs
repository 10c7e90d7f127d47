using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;
using Sametime.Hub.Logins;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Capture;

/// <summary>
/// Messages that wait until the log has what was said. They go out in the order of each channel; what cannot go out any more is marked in
/// the log as not delivered.
/// </summary>
internal sealed class HeldLines(CaptureStream stream, ChannelDelivery delivery, Outbox outbox, HubLimits limits, HubCounters counters)
{
    // Lanes by the facts that they wait for, in the order in which the log stores them.
    private readonly Queue<(long Fact, Lane Lane)> _waiting = [];

    /// <summary>Messages that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Memory that they take.</summary>
    public int Bytes { get; private set; }

    /// <summary>Runs when nothing waits any more for one end of a conversation.</summary>
    public Action<Conversation> Emptied { get; set; } = static _ => { };

    /// <summary>Runs when a login that waited, because it was too far ahead of the log, may go on.</summary>
    public Action<Login> Resume { get; set; } = static _ => { };

    /// <summary>Whether a login is so far ahead of the log that its next message has to wait.</summary>
    public bool IsTooFarAhead(Login author) => author.WaitsForLog = author.UnloggedMessages >= limits.CaptureHeldPerLogin;

    /// <summary>Keeps a message back until a fact is stored.</summary>
    public void Add(Lane lane, long fact, bool isLine, ReadOnlySpan<byte> message)
    {
        lane.Add(new HeldMessage(fact, isLine, message.ToArray()));
        Count++;
        Bytes += message.Length;
        if (lane.Author is Login author)
            author.UnloggedMessages++;
        if (fact > 0)
            _waiting.Enqueue((fact, lane));
    }

    /// <summary>Keeps a message back that waits for nothing itself, if others of its channel wait. False when it may go.</summary>
    public bool TryAddBehind(Lane lane, ReadOnlySpan<byte> message)
    {
        if (lane.IsEmpty)
            return false;
        Add(lane, 0, isLine: false, message);
        return true;
    }

    /// <summary>The facts up to this one are stored.</summary>
    public void Release(long last)
    {
        while (_waiting.TryPeek(out var next) && next.Fact <= last)
        {
            _waiting.Dequeue();
            Release(next.Lane, last);
        }
    }

    /// <summary>The reader gets nothing more of what waits for him.</summary>
    public void Drop(Lane lane, Reason reason)
    {
        lane.End = null;
        while (!lane.IsEmpty)
        {
            var message = Take(lane);
            if (!message.IsLine)
                continue;
            counters.LinesUndelivered++;
            stream.Add(new ChatLineUndelivered(message.Fact, reason), lane.Conversation.Correlation);
        }
    }

    /// <summary>Conversations of which something waits, each once; from here on the log is not waited for.</summary>
    public Conversation[] TakeAll()
    {
        Conversation[] all = [.. _waiting.Where(waiting => !waiting.Lane.IsEmpty).Select(waiting => waiting.Lane.Conversation).Distinct()];
        _waiting.Clear();
        return all;
    }

    /// <summary>Tells the reader that the channel is over; his table forgets it.</summary>
    public void Tell(Lane lane, ChannelEnd end)
    {
        var (reader, id) = (lane.Reader, lane.ReaderId);
        lane.End = null;
        reader.Channels.Remove(id);
        outbox.Destroy(reader, id, end.Reason, end.Detail);
    }

    private void Release(Lane lane, long last)
    {
        if (lane.IsEmpty)
            return;
        while (lane.First is { } first && first.Fact <= last)
            delivery.Send(lane.Conversation.Channel, lane.AuthorId, Take(lane).Message);
        if (!lane.IsEmpty)
            return;
        if (lane.End is { } end)
            Tell(lane, end);
        Emptied(lane.Conversation);
    }

    private HeldMessage Take(Lane lane)
    {
        var message = lane.Take();
        Count--;
        Bytes -= message.Message.Length;
        if (lane.Author is Login author && --author.UnloggedMessages < limits.CaptureHeldPerLogin && author.WaitsForLog)
        {
            author.WaitsForLog = false;
            Resume(author);
        }
        return message;
    }
}
