using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList.OtherHubs;

/// <summary>The Buddy List of another hub that watches users of this one: its channel, whom, and what it is to be told at the next flush.</summary>
internal sealed class Subscriber(ChannelId channel)
{
    public ChannelId Channel { get; } = channel;

    public HashSet<Presence> Users { get; } = [];

    public List<PresencePart> News { get; } = [];
}
