using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Capture;

/// <summary>
/// What waits to go to one end of a channel until the log has what was said: lines, and everything behind them on the channel, its end
/// included, so that the order is kept.
/// </summary>
internal sealed class Lane(Conversation conversation, bool toCreator)
{
    private readonly Queue<HeldMessage> _messages = [];

    public Conversation Conversation => conversation;

    public Participant Reader => toCreator ? Channel.Creator : Channel.Acceptor;

    public ChannelId ReaderId => toCreator ? Channel.CreatorId : Channel.AcceptorId;

    public Participant Author => toCreator ? Channel.Acceptor : Channel.Creator;

    public ChannelId AuthorId => toCreator ? Channel.AcceptorId : Channel.CreatorId;

    public bool IsEmpty => _messages.Count == 0;

    /// <summary>The channel is over, and the reader is told so behind the last message. Null while that is not so.</summary>
    public ChannelEnd? End { get; set; }

    /// <summary>What the log says of the author already: that his words are encrypted.</summary>
    public bool IsMarkedEncrypted { get; set; }

    /// <summary>The long message that the author may be in the middle of.</summary>
    public LongMessage LongMessage { get; } = new();

    /// <summary>The next one to go; null when there is none.</summary>
    public HeldMessage? First => _messages.TryPeek(out var first) ? first : null;

    private Channel Channel => conversation.Channel;

    public void Add(HeldMessage message) => _messages.Enqueue(message);

    public HeldMessage Take() => _messages.Dequeue();
}

/// <summary>A message that waits.</summary>
/// <param name="Fact">What must be stored before it goes: a number in the stream of captured facts, or 0 when it only keeps its place.</param>
/// <param name="IsLine">That fact is a line.</param>
/// <param name="Message">From its type on, as the author sent it.</param>
internal readonly record struct HeldMessage(long Fact, bool IsLine, byte[] Message);

/// <summary>What an end is told when the channel is over.</summary>
internal sealed record ChannelEnd(Reason Reason, Opaque Detail);
