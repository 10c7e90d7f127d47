using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge.FanOut;
using Sametime.Edge.Links;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Handles of a link: who has one, and when it is free again.</summary>
public sealed class ParticipantTableTests
{
    private readonly ParticipantTable _table = new();
    private readonly Somebody _alice = new();
    private readonly Somebody _bob = new();

    [Fact]
    public void Handle_0_and_those_that_were_never_given_out_are_nobodys()
    {
        Assert.Equal(1u, _table.Add(_alice));
        foreach (var handle in (uint[])[0, 2, 3, 0x8000_0000, uint.MaxValue])
        {
            Assert.Null(_table.Find(handle));
            Assert.Null(_table.Free(handle));
        }

        Assert.Equal((1, 0), (_table.Count, _table.Leaving));
        Assert.Equal(2u, _table.Add(_bob));
    }

    [Fact]
    public void One_that_the_other_end_lets_go_is_free_at_once_and_given_out_once()
    {
        var handle = _table.Add(_alice);
        Assert.Same(_alice, _table.Free(handle));
        Assert.Null(_table.Free(handle));
        Assert.Equal((0, 0, null), (_table.Count, _table.Leaving, _table.Find(handle)));
        Assert.Equal((handle, handle + 1), (_table.Add(_bob), _table.Add(_alice)));
    }

    [Fact]
    public void One_that_this_end_lets_go_is_nobodys_and_taken_until_the_other_end_answers()
    {
        var handle = _table.Add(_alice);
        _table.Leave(handle);
        Assert.Equal((0, 1, null), (_table.Count, _table.Leaving, _table.Find(handle)));
        Assert.Equal(handle + 1, _table.Add(_bob));
        Assert.Null(_table.Free(handle));
        Assert.Equal((1, 0), (_table.Count, _table.Leaving));
        Assert.Equal(handle, _table.Add(_alice));
    }

    [Fact]
    public void Emptied_it_says_who_was_there_and_begins_anew()
    {
        var (first, second, third) = (_table.Add(_alice), _table.Add(_bob), _table.Add(new Somebody()));
        _table.Leave(second);
        _ = _table.Free(third);
        Assert.Same(_alice, Assert.Single(_table.Clear()));
        Assert.Equal((0, 0, null), (_table.Count, _table.Leaving, _table.Find(first)));
        Assert.Equal((1u, 2u), (_table.Add(_bob), _table.Add(_alice)));
        Assert.Empty(new ParticipantTable().Clear());
    }

    private sealed class Somebody : IParticipant
    {
        public void OnAttached(Attached attached)
        {
        }

        public void OnMessage(ReadOnlySpan<byte> message)
        {
        }

        public void OnCopy(FanOutRound round, ChannelId channel)
        {
        }

        public void OnRedirected(Redirect redirect)
        {
        }

        public void OnDetached(Reason reason)
        {
        }

        public void OnFault(Exception error)
        {
        }
    }
}
