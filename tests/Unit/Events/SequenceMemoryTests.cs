using Sametime.Contracts.Events;
using Xunit;

namespace Sametime.Tests.Unit.Events;

public class SequenceMemoryTests
{
    private static readonly StreamKey Stream = new("directory", Guid.Empty);

    private readonly SequenceMemory _memory = new(streamsMax: 100);

    [Fact]
    public void Whoever_begins_to_listen_in_the_middle_has_missed_nothing()
    {
        Assert.Equal(0, _memory.Hear(Stream, 500));
        Assert.True(_memory.HasHeard(Stream, 500));
        Assert.False(_memory.HasHeard(Stream, 499));
    }

    [Fact]
    public void A_gap_is_told_once_and_can_be_filled_in_any_order()
    {
        _memory.Hear(Stream, 1);
        Assert.Equal(8, _memory.Hear(Stream, 10));
        Assert.Equal(0, _memory.Hear(Stream, 11));

        foreach (var late in new long[] { 5, 2, 9, 3, 4, 8, 6, 7 })
        {
            Assert.False(_memory.HasHeard(Stream, late));
            Assert.Equal(0, _memory.Hear(Stream, late));
            Assert.True(_memory.HasHeard(Stream, late));
        }

        Assert.All(Enumerable.Range(1, 11), sequence => Assert.True(_memory.HasHeard(Stream, sequence)));
    }

    [Fact]
    public void What_is_postponed_is_no_gap_and_not_heard_yet()
    {
        _memory.Hear(Stream, 1);
        Assert.Equal(0, _memory.Postpone(Stream, 2));
        Assert.Equal(0, _memory.Hear(Stream, 3));

        Assert.False(_memory.HasHeard(Stream, 2));
        _memory.Hear(Stream, 2);
        Assert.True(_memory.HasHeard(Stream, 2));
    }

    [Fact]
    public void Streams_beyond_the_bound_are_forgotten_and_the_ones_in_use_are_not()
    {
        _memory.Hear(Stream, 1);
        for (var i = 0; i < 1_000; i++)
        {
            _memory.Hear(new StreamKey($"user-{i}", Guid.Empty), 1);
            Assert.True(_memory.HasHeard(Stream, 1));
            Assert.InRange(_memory.Count, 1, 100);
        }

        Assert.False(_memory.HasHeard(new StreamKey("user-0", Guid.Empty), 1));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void As_many_holes_as_may_are_remembered_and_one_more_costs_the_oldest(int more, bool isGivenUp)
    {
        for (var holes = 0; holes <= SequenceMemory.MissingRangesMax + more; holes++)
            _memory.Hear(Stream, 1 + (2 * holes));

        Assert.Equal(isGivenUp, _memory.HasHeard(Stream, 2));
        Assert.False(_memory.HasHeard(Stream, 4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_whatever_order_numbers_come_each_is_new_once_and_each_gap_is_told_once(int seed)
    {
        var random = new Random(seed);
        var (heard, highest) = (new HashSet<long>(), 99L);
        for (var step = 0; step < 400; step++)
        {
            // Within the ranges that are remembered.
            var next = step == 0 ? 100 : random.Next(3) == 0 ? highest + random.Next(1, 4) : random.NextInt64(Math.Max(1, highest - 20), highest + 1);
            Assert.Equal(heard.Contains(next), _memory.HasHeard(Stream, next));
            var isPostponed = random.Next(5) == 0 && !heard.Contains(next);
            var gap = isPostponed ? _memory.Postpone(Stream, next) : _memory.Hear(Stream, next);

            Assert.Equal(Math.Max(0, next - highest - 1), gap);
            highest = Math.Max(highest, next);
            if (!isPostponed)
                heard.Add(next);
            for (var number = Math.Max(1, highest - 20); number <= highest + 1; number++)
                Assert.Equal(heard.Contains(number), _memory.HasHeard(Stream, number));
        }
    }

    [Fact]
    public void Holes_without_end_are_not_remembered_without_end()
    {
        for (var sequence = 1L; sequence < 1_000; sequence += 2)
            _memory.Hear(Stream, sequence);

        Assert.False(_memory.HasHeard(Stream, 998));
        Assert.True(_memory.HasHeard(Stream, 2)); // given up: it would be taken for a duplicate
    }
}
