using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList.OtherHubs;

/// <summary>
/// What the Buddy Lists of other hubs ask of this one: how users are here. Each is told of a user once, however many watch him there, and
/// who may see him; it tells its watchers accordingly, whom this end does not know.
/// </summary>
internal sealed class Subscribers
{
    private readonly AwarenessState _state;
    private readonly Action _changed;
    private readonly BuddyListOptions _options;
    private int _count;

    public Subscribers(ServiceTable table, AwarenessState state, Action changed, BuddyListOptions options)
    {
        (_state, _changed, _options) = (state, changed, options);
        table.Provides(CommunityServices.Awareness, ServiceScope.Local, PresencePayloads.Protocol, PresencePayloads.Version)
            .Opens(Open)
            .On<PresenceSubscribe>(Subscribe)
            .On<PresenceUnsubscribe>((channel, request) => state.Unsubscribe((Subscriber)channel.Tag!, request.Users.Span))
            .Closes(Close);
    }

    private void Open(ServiceChannel channel, Opaque additionalData)
    {
        if (_count >= _options.SubscribersMax)
        {
            channel.Refuse(Reason.ServerFull);
            return;
        }
        _count++;
        channel.Tag = new Subscriber(channel.Id);
        channel.Accept();
    }

    private void Subscribe(ServiceChannel channel, PresenceSubscribe request)
    {
        if (_state.Subscribe((Subscriber)channel.Tag!, request.Users.Span))
            _changed();
        else
            channel.Destroy(Reason.RequestInvalid);
    }

    private void Close(ServiceChannel channel, Reason reason)
    {
        _count--;
        _state.Close((Subscriber)channel.Tag!);
    }
}
