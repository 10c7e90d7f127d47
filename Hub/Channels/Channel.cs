using Sametime.Contracts.Wire;
using Sametime.Hub.Capture;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Channels;

/// <summary>
/// An ordered two-way connection between two participants, which may be the same one. Each end knows it by a number of its own; the
/// creator's has no top bit, the acceptor's has it, so a number tells by itself which end it belongs to.
/// </summary>
internal sealed class Channel(Participant creator, ChannelRequest request)
{
    public Participant Creator => creator;

    public ChannelId CreatorId { get; } = request.Create.Channel;

    /// <summary>
    /// The end that is a participant of another hub, as that hub says; then the end here is that hub itself. Null while both are here, and
    /// while the other hub has not said yet who accepts.
    /// </summary>
    public Identity? Foreign { get; private set; } = request.Foreign;

    /// <summary>What its creator calls it, at whatever hub he is: with his login id the one name that all hubs have for it.</summary>
    public ChannelId Number { get; } = request.Number;

    /// <summary>The other end; set when a target was found.</summary>
    public Participant Acceptor { get; private set; } = null!;

    public ChannelId AcceptorId { get; private set; }

    public ServiceType Service { get; } = request.Create.Service;

    public ProtocolType Protocol { get; } = request.Create.Protocol;

    /// <summary>The creator has sent data already, so no other provider could take the channel over without a gap.</summary>
    public bool HasCreatorSent { get; set; }

    /// <summary>Messages that went through it, in both directions.</summary>
    public long Messages { get; set; }

    /// <summary>What was asked for; null once it is accepted.</summary>
    public ChannelRequest? Request { get; private set; } = request;

    /// <summary>What the log of conversations has of it; null when nothing of it was captured.</summary>
    public Conversation? Conversation { get; set; }

    /// <summary>It has ended. An end that still has it in its table is told as soon as it has got what was said before.</summary>
    public bool IsOver { get; set; }

    public LoginId CreatorLogin => creator is HubPeer ? Foreign!.LoginId : creator.LoginId;

    public LoginId AcceptorLogin => Acceptor is HubPeer && Foreign is not null ? Foreign.LoginId : Acceptor.LoginId;

    public bool IsOpen => Request is null;

    /// <summary>Providers that declined.</summary>
    public List<Participant>? Declined { get; private set; }

    /// <summary>Its place among the channels that wait to be accepted; null when it does not.</summary>
    public LinkedListNode<Channel>? Waiting { get; set; }

    /// <summary>When the acceptor was asked (monotonic).</summary>
    public long OfferedAt { get; private set; }

    public void Offer(Participant acceptor, ChannelId acceptorId, long now) => (Acceptor, AcceptorId, OfferedAt) = (acceptor, acceptorId, now);

    /// <summary>It is accepted; <paramref name="foreign"/> tells by whom when that is at another hub.</summary>
    public void Open(Identity? foreign) => (Request, Declined, Foreign) = (null, null, Foreign ?? foreign);

    /// <summary>Another one is meant than was asked for; who asked does not notice.</summary>
    public void Retarget(IdBlock target) => Request = Request! with { Create = Request.Create with { Target = target } };

    public void Decline() => (Declined ??= []).Add(Acceptor);

    /// <summary>The end that calls the channel <paramref name="id"/>.</summary>
    public Participant NearEnd(ChannelId id) => id.IsServerHalf ? Acceptor : creator;

    /// <summary>The end opposite to the one that calls the channel <paramref name="id"/>.</summary>
    public (Participant Participant, ChannelId Id) FarEnd(ChannelId id) => id.IsServerHalf ? (creator, CreatorId) : (Acceptor, AcceptorId);
}
