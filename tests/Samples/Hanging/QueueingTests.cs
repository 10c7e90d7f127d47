using Sametime.Tests.Kit.Ends;
using Xunit;
using Xunit.Sdk;

[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.All, MaxThreads = 1)]

namespace Sametime.Tests.Hanging;

/// <summary>Tests that are announced together and run one after the other: each keeps to its time, all of them together do not.</summary>
[EndsWithin(5)]
public sealed class QueueingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task One_that_takes_a_third_of_its_time(int place)
    {
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        Assert.InRange(place, 1, 4);
    }
}
