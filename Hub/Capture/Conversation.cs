using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;
using Sametime.Hub.Clique;

namespace Sametime.Hub.Capture;

/// <summary>A channel as the log of conversations has it.</summary>
internal sealed class Conversation
{
    public Conversation(Channel channel)
    {
        Channel = channel;
        Correlation = $"{channel.CreatorLogin}-{channel.Number.Value}";
        (ToCreator, ToAcceptor) = (new Lane(this, toCreator: true), new Lane(this, toCreator: false));
    }

    public Channel Channel { get; }

    /// <summary>The same as that of the channel's facts on the event plane, and at both hubs of a channel that crosses.</summary>
    public string Correlation { get; }

    /// <summary>How it is captured, or was last.</summary>
    public ChatLogMode Mode { get; set; }

    /// <summary>The log has its beginning, and not its end.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Why it is over, or no longer captured. The log is told when nothing of it waits any more.</summary>
    public Reason? OverBecause { get; set; }

    /// <summary>Lines that were delivered and are neither in the log nor marked there as missing.</summary>
    public long Missed { get; set; }

    /// <summary>It is in the queue of those whose gap is to be marked.</summary>
    public bool IsListedAsMissing { get; set; }

    public Lane ToCreator { get; }

    public Lane ToAcceptor { get; }

    public bool IsAnythingWaiting => !ToCreator.IsEmpty || !ToAcceptor.IsEmpty;

    /// <summary>The lane to the end that calls the channel <paramref name="reader"/>.</summary>
    public Lane LaneTo(ChannelId reader) => reader.IsServerHalf ? ToAcceptor : ToCreator;

    /// <summary>The lane from the end that calls the channel <paramref name="author"/>.</summary>
    public Lane LaneFrom(ChannelId author) => author.IsServerHalf ? ToCreator : ToAcceptor;

    public ChatStarted Started()
    {
        var (creator, acceptor) = (Creator, Acceptor);
        return new ChatStarted(creator.Login, creator.User, acceptor.Login, acceptor.User, Mode);
    }

    public ChatLineCaptured Line(Lane lane, Said said)
    {
        var (author, reader) = Parties(lane);
        return new ChatLineCaptured(author.Login, author.User, reader.Login, reader.User, said.Content, said.Text);
    }

    public ChatNotCaptured NotCaptured(Lane lane)
    {
        var (author, reader) = Parties(lane);
        return new ChatNotCaptured(author.Login, author.User, reader.Login, reader.User);
    }

    private Party Creator => Channel.Creator is HubPeer
        ? new Party(Channel.Foreign!.LoginId, Channel.Foreign.Info.UserId)
        : new Party(Channel.Creator.LoginId, Channel.Creator.Info!.UserId);

    private Party Acceptor
    {
        get
        {
            if (Channel.Acceptor is not HubPeer)
                return new Party(Channel.Acceptor.LoginId, Channel.Acceptor.Info!.UserId);
            if (Channel.Foreign is { } foreign)
                return new Party(foreign.LoginId, foreign.Info.UserId);

            // Nobody at the other hub has accepted yet: he is known by what he was asked for.
            var target = Channel.Request?.Create.Target.User ?? "";
            return LoginId.TryParse(target, out var login) ? new Party(login, default) : new Party(default, new UserId(target));
        }
    }

    private (Party Author, Party Reader) Parties(Lane lane) => lane == ToAcceptor ? (Creator, Acceptor) : (Acceptor, Creator);

    private readonly record struct Party(LoginId Login, UserId User);
}
