using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList.OtherHubs;

/// <summary>What other hubs that subscribed to a user have been told of him: this hub's part, all of them the same.</summary>
internal sealed class Publication
{
    private readonly List<Subscriber> _subscribers = [];
    private PresenceFace _face = PresenceFace.Offline;
    private Items<PresenceAttribute> _attributes = [];
    private PrivacyRule _privacy = PrivacyRule.Everybody;

    public IReadOnlyList<Subscriber> Subscribers => _subscribers;

    public void Add(Subscriber subscriber) => _subscribers.Add(subscriber);

    public void Remove(Subscriber subscriber) => _subscribers.Remove(subscriber);

    /// <summary>Takes over how the user is at this hub now, and says what is different.</summary>
    public PresencePart Take(Presence user, int attributesMax)
    {
        var face = user.LocalFace();
        var attributes = user.LocalAttributes(attributesMax);
        var news = new PresencePart(
            user.UserId,
            face == _face ? null : face,
            attributes == _attributes ? null : attributes,
            user.Privacy == _privacy ? null : user.Privacy.ToInfo());
        (_face, _attributes, _privacy) = (face, attributes, user.Privacy);
        return news;
    }

    /// <summary>All of it, for one who subscribes.</summary>
    public PresencePart Whole(Presence user) => new(user.UserId, _face, _attributes, _privacy.ToInfo());
}
