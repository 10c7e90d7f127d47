using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

[Trait("Mutation", "No")]
public sealed class AwarenessAllocationTests
{
    private const int Watchers = 100;
    private const int Changes = 10_000;

    [Fact]
    public void A_change_told_to_the_watchers_of_the_same_hub_allocates_nothing()
    {
        var outbox = new Counting();
        var state = new AwarenessState(outbox, new BuddyListOptions(), new FakeTimeProvider());
        state.LogIn(new LoggedIn(Logins.Of("bob"), ParticipantKind.User, new UserStatus(StatusCode.Active), PrivacyInfo.Everybody));
        for (uint i = 1; i <= Watchers; i++)
            state.Add(state.Open(new ChannelId(i), Logins.Of($"w{i}", i + 1))!, [AwareId.OfUser("bob")]);

        var login = Logins.Of("bob").LoginId;
        StatusChanged[] facts = [new(login, "bob", new UserStatus(StatusCode.Away)), new(login, "bob", new UserStatus(StatusCode.Active))];
        Change(state, facts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Change(state, facts);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2 * Changes * Watchers, outbox.Updates);
    }

    private static void Change(AwarenessState state, StatusChanged[] facts)
    {
        for (var i = 0; i < Changes; i++)
        {
            state.SetStatus(facts[i % 2]);
            state.Flush();
        }
    }

    private sealed class Counting : IAwarenessOutbox
    {
        public int Updates { get; private set; }

        public void Snapshot(ChannelId watcher, ReadOnlySpan<PresenceBlock> blocks)
        {
        }

        public void Group(ChannelId watcher, AwareId group)
        {
        }

        public void Update(ReadOnlySpan<ChannelId> watchers, in PresenceBlock block) => Updates += watchers.Length;

        public void AttributeSet(ReadOnlySpan<ChannelId> watchers, AwareId id, uint key, Opaque value)
        {
        }

        public void AttributeUnset(ReadOnlySpan<ChannelId> watchers, AwareId id, uint key)
        {
        }

        public void Parts(ChannelId subscriber, ReadOnlySpan<PresencePart> parts)
        {
        }
    }
}
