using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Clients;

namespace Sametime.Tests.Cluster.Running;

/// <summary>An IM channel between two people, and what each end has been told of it.</summary>
internal sealed class Talk
{
    private readonly End[] _ends;
    private int _said;

    private Talk(params End[] ends) => _ends = ends;

    /// <summary>The hubs it goes over.</summary>
    public IEnumerable<int> Hubs => _ends.Select(end => end.Hub).Distinct();

    /// <summary>It crosses from one hub to another.</summary>
    public bool IsForeign => _ends[0].Hub != _ends[1].Hub;

    public static async Task<Talk> BeginAsync(Person one, Person other, CancellationToken stop)
    {
        var (mine, theirs) = await one.Client.ConverseAsync(other.Client, stop);
        return new Talk(new End(one, mine), new End(other, theirs));
    }

    public bool IsOf(Person person) => _ends.Any(end => end.Client == person.Client);

    public bool Crosses(int hub) => Hubs.Contains(hub);

    /// <summary>Each end says something, which the other hears next.</summary>
    public async Task GoOnAsync(CancellationToken stop)
    {
        foreach (var (from, to) in new[] { (_ends[0], _ends[1]), (_ends[1], _ends[0]) })
        {
            var text = (++_said).ToString(CultureInfo.InvariantCulture);
            await from.Client.SayAsync(from.Channel, text);
            Assert.Equal(text, await to.Client.HearAsync(to.Channel, stop));
        }
    }

    /// <summary>The ends at a hub say something that nobody may ever hear.</summary>
    public Task SayInVainAsync(int hub) => Task.WhenAll(_ends.Where(end => end.Hub == hub).Select(end => end.Client.SayAsync(end.Channel, "in vain")));

    /// <summary>Waits until each end whose client lives is told that it is over, and why.</summary>
    public async Task IsBrokenAsync(CancellationToken stop, int? exceptAt = null)
    {
        foreach (var end in _ends.Where(end => end.Hub != exceptAt))
        {
            Assert.Equal(Reason.ConnectionBroken, (await end.Client.TakeAsync<ChannelDestroy>(stop, end.Channel)).Reason);
        }
    }

    /// <summary>Nothing has come on it that nobody waited for: no second end, no message of an old life.</summary>
    public async Task IsSilentAsync(CancellationToken stop, int? exceptAt = null)
    {
        foreach (var end in _ends.Where(end => end.Hub != exceptAt))
        {
            var more = await end.Client.AllSoFarAsync(stop);
            Assert.DoesNotContain(more, message => message.Channel == end.Channel);
        }
    }

    // The client and the hub as they were when it began: its person may have others later.
    private sealed class End(Person person, ChannelId channel)
    {
        public CommunityClient Client { get; } = person.Client;

        public int Hub { get; } = person.Hub;

        public ChannelId Channel => channel;
    }
}
