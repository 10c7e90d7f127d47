using Sametime.Edge;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

public sealed class OffLoopTests : IDisposable
{
    private readonly ManualLoop _loop = new();
    private readonly List<string> _heard = [];

    public void Dispose() => _loop.Dispose();

    [Theory]
    [InlineData(false, "42 on the loop")]
    [InlineData(true, "no idea on the loop")]
    public void What_was_computed_or_why_it_was_not_comes_back_to_the_loop(bool fails, string heard)
    {
        new OffLoop(_loop, new InlineScheduler()).Run(
            () => fails ? throw new InvalidOperationException("no idea") : 42, Hear, error => Hear(error.Message));
        Assert.Empty(_heard); // computed already, and told on the loop only
        _loop.RunUntilIdle();
        Assert.Equal([heard], _heard);
    }

    private void Hear<T>(T what) => _heard.Add($"{what} {(_loop.IsCurrent ? "on the loop" : "elsewhere")}");
}
