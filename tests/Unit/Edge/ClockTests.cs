using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Which time counts: all between two sweeps up to twice what should be between them.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(1.9, 4)] // 7.6 s, all of them
    [InlineData(2.0, 4)]
    [InlineData(3.0, 4)] // 12 s, of which 8
    [InlineData(60.0, 4)]
    public void A_sweep_that_comes_late_counts_twice_its_interval_at_most(double late, int sweeps)
    {
        using var world = new EdgeWorld(static limits => limits.FirstByteTimeout = TimeSpan.FromSeconds(7));
        var client = world.Connect();
        for (var sweep = 1; sweep <= sweeps; sweep++)
        {
            Assert.False(client.Wire.IsClosed, $"It is over before the sweep {sweep}.");
            world.Loop.Clock.Advance(TimeSpan.FromSeconds(late));
            world.Loop.RunUntilIdle();
        }

        Assert.True(client.Wire.IsClosed);
    }

    [Fact]
    public void Parts_of_a_second_add_up()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var clock = new EdgeClock(time, TimeSpan.FromSeconds(2));
        var seconds = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            time.Advance(TimeSpan.FromSeconds(0.6));
            clock.Advance();
            seconds.Add(clock.Now);
        }

        Assert.Equal([0, 1, 1, 2, 3, 3], seconds);
        time.Advance(TimeSpan.FromSeconds(9));
        clock.Advance();
        Assert.Equal(5, clock.Now);
    }
}
