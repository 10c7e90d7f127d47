using System.Net;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;
using Sametime.Hub.LoginCop;
using Sametime.Hub.Logins;
using Sametime.Hub.Status;

namespace Sametime.Hub.Community;

/// <summary>States what happens in the hub as facts on the event plane. The plane never holds the hub up.</summary>
internal sealed class HubFacts(IEventPublisher events)
{
    public void LoggedIn(Participant participant)
    {
        var (user, address) = participant is Login login ? (login.User.Id, Text(login.Address)) : (default, participant.Link?.Peer.Address?.ToString() ?? "");
        events.TryPublish(new ParticipantLoggedIn(
            participant.LoginId, participant.Kind, user, participant.Name, participant.Info?.ClientType ?? ClientType.Service, address));
    }

    public void LoggedOut(Participant participant, Reason reason) => events.TryPublish(new ParticipantLoggedOut(
        participant.LoginId, participant.Kind, participant is Login login ? login.User.Id : default, reason));

    public void LoginRefused(Attach attach, Reason reason) =>
        events.TryPublish(new LoginRefused(attach.LoginName, Text(attach.Address), attach.AuthType, reason));

    public void LoginDiscarded(Login login, LoginId displacedBy, Reason reason) =>
        events.TryPublish(new LoginDiscarded(login.LoginId, login.User.Id, displacedBy, reason));

    public void HubDrained(ushort hub, string actor, int logins) => events.TryPublish(new HubDrained(hub, actor, logins));

    public void Sampled(HubStatus status) => events.TryPublish(new HubSampled(
        status.Logins, status.Users, status.ChannelCount, status.Counters.LoginsAccepted, status.Counters.LoginsRefused,
        status.Counters.ChannelsCreated, status.Counters.MessagesRouted));

    public void LoginRedirected(UserId user, ushort from, ushort to) => events.TryPublish(new LoginRedirected(user, from, to));

    public void StatusSet(Login login) => events.TryPublish(new StatusSet(
        login.LoginId, login.User.Id, login.Status.Status, login.Status.Time, login.Status.Description));

    public void ServiceUp(ServiceType service, Participant provider) => events.TryPublish(new ServiceUp(service.Value, provider.LoginId));

    public void ServiceDown(ServiceType service, Participant provider, Reason reason) =>
        events.TryPublish(new ServiceDown(service.Value, provider.LoginId, reason));

    public void RouteBroken(string peer, int channels, Reason reason) => events.TryPublish(new RouteBroken(peer, channels, reason));

    public void ChannelCreated(Channel channel, IdBlock target) => events.TryPublish(
        new ChannelCreated(channel.CreatorLogin, channel.Number.Value, new UserId(target.User), channel.Service.Value, channel.Protocol.Value),
        Cause(channel));

    public void ChannelAccepted(Channel channel) => events.TryPublish(
        new ChannelAccepted(channel.CreatorLogin, channel.Number.Value, channel.AcceptorLogin), Cause(channel));

    public void ChannelDestroyed(Channel channel, Reason reason) => events.TryPublish(
        new ChannelDestroyed(channel.CreatorLogin, channel.Number.Value, reason), Cause(channel));

    // The same at both hubs of a channel that crosses.
    public void DoubleLogin(UserId user, LoginId older, LoginId newer, DoubleLoginRule rule) =>
        events.TryPublish(new DoubleLoginFound(user, older, newer, rule.ToString()));

    public void DoublePlace(string place, ushort first, ushort second, ushort keptBy) =>
        events.TryPublish(new DoublePlaceFound(place, first, second, keptBy));

    private static EventCause Cause(Channel channel) => new($"{channel.CreatorLogin}-{channel.Number.Value}");

    private static string Text(Opaque address) => address.Length is 4 or 16 ? new IPAddress(address.Span).ToString() : "";
}
