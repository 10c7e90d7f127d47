using Sametime.Contracts.Link.Applications.Awareness;
using Xunit;

namespace Sametime.Tests.Unit.Link;

public sealed class MomentTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(long.MaxValue, long.MinValue)]
    public void Moments_are_in_the_order_of_their_ticks(long left, long right)
    {
        var (one, other) = (new Moment(left), new Moment(right));

        Assert.Equal((left < right, left <= right, left > right, left >= right), (one < other, one <= other, one > other, one >= other));
        Assert.Equal(Math.Sign(left.CompareTo(right)), Math.Sign(one.CompareTo(other)));
    }

    [Fact]
    public void Each_moment_of_a_hub_is_behind_the_one_before_also_where_its_clock_is_not()
    {
        var now = new DateTimeOffset(2026, 5, 6, 11, 0, 0, TimeSpan.FromHours(2));
        var first = default(Moment).Next(now);

        Assert.Equal(now.UtcTicks, first.Ticks);
        Assert.Equal(now.UtcTicks + 1, first.Next(now).Ticks);
        Assert.Equal(now.UtcTicks + 1, first.Next(now.AddHours(-1)).Ticks);
        Assert.Equal(now.UtcTicks + 5, first.Next(now.AddTicks(5)).Ticks);
    }
}
