using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Status;

/// <summary>What an operator may ask the hub. Loop thread only; the lists are copies.</summary>
internal sealed class HubStatus(
    OnlineUsers online, ServiceDirectory services, LoginAdmission admission, Requests requests, UnacceptedChannels unaccepted, HubCounters counters, HubOptions options)
{
    public HubCounters Counters => counters;

    public int Users => online.UserCount;

    public int Logins => online.LoginCount;

    public int UndecidedLogins => admission.UndecidedCount;

    public int OpenRequests => requests.OpenCount;

    public int UnacceptedChannels => unaccepted.Count;

    public IReadOnlyList<ServiceType> Services => [.. services.Services];

    /// <summary>Everybody who is logged in: users, guests, Edges, applications, and the hub itself.</summary>
    public IReadOnlyList<ParticipantListing> Participants() => [.. online.Participants.Select(List)];

    /// <summary>Every channel once, with its hops.</summary>
    public IReadOnlyList<ChannelListing> Channels() =>
    [
        .. from participant in online.Participants
           from channel in participant.Channels.All.Distinct()
           where channel.Creator == participant
           select List(channel),
    ];

    /// <summary>The channels of one participant.</summary>
    public IReadOnlyList<ChannelListing> ChannelsOf(LoginId loginId) =>
        online.TryGetParticipant(loginId, out var participant) ? [.. participant.Channels.All.Distinct().Select(List)] : [];

    private ParticipantListing List(Participant participant) => new(
        participant.Kind,
        participant.LoginId.ToString(),
        options.Name,
        participant.Name,
        participant is Login login ? login.User.Id.Value : "",
        Edges(participant),
        participant.Channels.Count,
        participant.Since);

    private ChannelListing List(Channel channel) => new(channel.Service, channel.IsOpen,
    [
        new ChannelHop(channel.Creator.Kind, channel.Creator.LoginId.ToString(), channel.CreatorId.Value),
        .. Edges(channel.Creator).Select(edge => new ChannelHop(ParticipantKind.Edge, edge, channel.CreatorId.Value)),
        new ChannelHop(ParticipantKind.Hub, options.Name, 0),
        .. Edges(channel.Acceptor).Reverse().Select(edge => new ChannelHop(ParticipantKind.Edge, edge, channel.AcceptorId.Value)),
        new ChannelHop(channel.Acceptor.Kind, channel.Acceptor.LoginId.ToString(), channel.AcceptorId.Value),
    ]);

    private static string[] Edges(Participant participant) => participant is Login login ? [.. login.Edges.Span] : [];
}
