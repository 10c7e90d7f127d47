using System.Globalization;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Capture;
using Sametime.Hub.Channels;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;
using Sametime.Hub.OnlineDirectory;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Status;

/// <summary>What an operator may ask the hub. Loop thread only; the lists are copies.</summary>
internal sealed class HubStatus(
    OnlineUsers online, OnlineDirectory.OnlineDirectory directory, ServiceDirectory services, LoginAdmission admission, Requests requests, UnacceptedChannels unaccepted, CaptureStatus capture, HubCounters counters, HubOptions options)
{
    public HubCounters Counters => counters;

    public int Users => online.UserCount;

    public int Logins => online.LoginCount;

    /// <summary>Channels that have an end here; each is counted once.</summary>
    public int ChannelCount => online.Participants.SelectMany(participant => participant.Channels.All).Distinct().Count();

    public int UndecidedLogins => admission.UndecidedCount;

    public int OpenRequests => requests.OpenCount;

    /// <summary>The capture of conversations.</summary>
    public CaptureListing Capture => capture.List();

    public int UnacceptedChannels => unaccepted.Count;

    public IReadOnlyList<ServiceType> Services => [.. services.Services];

    /// <summary>Services of the community that every hub has itself.</summary>
    public static IReadOnlyList<ServiceType> OwnServices { get; } = [CommunityServices.LoginCop, CommunityServices.OnlineDirectory];

    /// <summary>The Online Directory: a part for each hub, with digests.</summary>
    public DirectoryListing Directory() => new(
        Hex(directory.Digest),
        [
            .. directory.Parts.Select(part => new PartListing(
                part.Hub, part.Incarnation, part.IsLive, part.Sequence, part.Logins.Count, part.Places.Count, Hex(part.Digest)))
                .Append(Own(directory.Own)).OrderBy(part => part.Hub),
        ]);

    /// <summary>Places active at this hub.</summary>
    public IReadOnlyList<string> ActivePlaces => [.. directory.Own.Places.Keys];

    /// <summary>The logins of a user at all hubs.</summary>
    public IReadOnlyList<OnlineLogin> LoginsOf(UserId user) => [.. directory.LoginsOf(user)];

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

    private static PartListing Own(OwnPart own) =>
        new(own.Hub, own.Incarnation, IsLive: true, own.Sequence, own.LoginCount, own.Places.Count, Hex(own.Digest));

    private static string Hex(ulong digest) => digest.ToString("x16", CultureInfo.InvariantCulture);

    private ParticipantListing List(Participant participant) => new(
        participant.Kind,
        participant.LoginId.ToString(),
        options.Name,
        participant.Name,
        participant is Login login ? login.User.Id.Value : "",
        Edges(participant),
        participant.Channels.Count,
        participant.Since);

    private ChannelListing List(Channel channel) => new(channel.Service, channel.IsOpen, channel.Messages,
    [
        .. HopsOf(channel, channel.Creator, channel.CreatorId),
        new ChannelHop(ParticipantKind.Hub, options.Name, 0),
        .. HopsOf(channel, channel.Acceptor, channel.AcceptorId).Reverse(),
    ]);

    // From an end to this hub. Where it is at another hub the Edges there are that hub's to list, and what it is called there too.
    private static IEnumerable<ChannelHop> HopsOf(Channel channel, Participant end, ChannelId id)
    {
        if (end is HubPeer && channel.Foreign is { } foreign)
            yield return new ChannelHop(foreign.Kind, foreign.LoginId.ToString(), id.IsServerHalf ? 0 : channel.Number.Value);
        else if (end is not HubPeer)
            yield return new ChannelHop(end.Kind, end.LoginId.ToString(), id.Value);

        foreach (var edge in Edges(end))
            yield return new ChannelHop(ParticipantKind.Edge, edge, id.Value);
        if (end is HubPeer)
            yield return new ChannelHop(ParticipantKind.Hub, end.Name, id.Value);
    }

    private static string[] Edges(Participant participant) => participant is Login login ? [.. login.Edges.Span] : [];
}
