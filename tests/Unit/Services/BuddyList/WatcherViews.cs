using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

/// <summary>What every watcher knows, from what it was told and nothing else; complains when it is told what it knows already.</summary>
internal sealed class WatcherViews : IAwarenessOutbox
{
    public Dictionary<(ChannelId Watcher, AwareId Id), PresenceBlock> Presence { get; } = [];

    public Dictionary<(ChannelId Watcher, AwareId Id, uint Key), Opaque> Attributes { get; } = [];

    public int Updates { get; private set; }

    public int Snapshots { get; private set; }

    public int AttributesSet { get; private set; }

    public int AttributesUnset { get; private set; }

    /// <summary>Is called with each presence that a watcher is told, of those whom it watches and of members of groups.</summary>
    public Action<ChannelId, PresenceBlock> OnPresence { get; set; } = static (_, _) => { };

    /// <summary>Is called with each value of an attribute that a watcher is told.</summary>
    public Action<ChannelId, AwareId, uint, Opaque> OnAttribute { get; set; } = static (_, _, _, _) => { };

    public List<(ChannelId Watcher, AwareId Group, PresenceBlock[] Members)> Groups { get; } = [];

    public void Snapshot(ChannelId watcher, ReadOnlySpan<PresenceBlock> blocks)
    {
        Snapshots++;
        foreach (var block in blocks)
            OnPresence(watcher, block);
        if (Groups is [.., (var to, var group, null)] && to == watcher)
        {
            Groups[^1] = (to, group, blocks.ToArray());
            return;
        }
        foreach (var block in blocks)
            Presence[(watcher, block.Id)] = block;
    }

    public void Group(ChannelId watcher, AwareId group) => Groups.Add((watcher, group, null!));

    public void Update(ReadOnlySpan<ChannelId> watchers, in PresenceBlock block)
    {
        foreach (var watcher in watchers)
        {
            Updates++;
            OnPresence(watcher, block);
            var known = Assert.Contains((watcher, block.Id), Presence);
            Assert.False(LooksLike(known, block), $"{watcher} was told again what it knew of {block.Id.Id}.");
            Presence[(watcher, block.Id)] = block;
        }
    }

    public void AttributeSet(ReadOnlySpan<ChannelId> watchers, AwareId id, uint key, Opaque value)
    {
        foreach (var watcher in watchers)
        {
            AttributesSet++;
            OnAttribute(watcher, id, key, value);
            Attributes[(watcher, id, key)] = value;
        }
    }

    public void AttributeUnset(ReadOnlySpan<ChannelId> watchers, AwareId id, uint key)
    {
        AttributesUnset += watchers.Length;
        foreach (var watcher in watchers)
            Assert.True(Attributes.Remove((watcher, id, key)), "An attribute was unset that the watcher did not know.");
    }

    public void Parts(ChannelId subscriber, ReadOnlySpan<PresencePart> parts) => Assert.Fail("No other hub has subscribed.");

    public void Forget(ChannelId watcher, Func<AwareId, bool> which)
    {
        foreach (var known in Presence.Keys.Where(known => known.Watcher == watcher && which(known.Id)).ToArray())
            Presence.Remove(known);
        foreach (var known in Attributes.Keys.Where(known => known.Watcher == watcher && which(known.Id)).ToArray())
            Attributes.Remove(known);
    }

    /// <summary>The login behind a presence is no difference.</summary>
    public static bool LooksLike(PresenceBlock a, PresenceBlock b) => a with { AlternateId = "" } == b with { AlternateId = "" };
}
