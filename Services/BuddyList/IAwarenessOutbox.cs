using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;

namespace Sametime.Services.BuddyList;

/// <summary>What watchers are told. Ids are spelled as the watchers named spell them; the spans are borrowed.</summary>
internal interface IAwarenessOutbox
{
    void Snapshot(ChannelId watcher, ReadOnlySpan<PresenceBlock> blocks);

    void Group(ChannelId watcher, AwareId group);

    void Update(ReadOnlySpan<ChannelId> watchers, in PresenceBlock block);

    void AttributeSet(ReadOnlySpan<ChannelId> watchers, AwareId id, uint key, Opaque value);

    void AttributeUnset(ReadOnlySpan<ChannelId> watchers, AwareId id, uint key);

    /// <summary>For the Buddy List of another hub.</summary>
    void Parts(ChannelId subscriber, ReadOnlySpan<PresencePart> parts);
}
