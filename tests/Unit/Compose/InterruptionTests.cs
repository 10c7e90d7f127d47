using System.Runtime.InteropServices;
using Sametime.Compose.Extracts;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public sealed class InterruptionTests
{
    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public void The_first_signal_asks_for_the_end_and_the_second_is_the_end(PosixSignal signal)
    {
        using var interruption = new Interruption(TestContext.Current.CancellationToken);
        Assert.False(interruption.Token.IsCancellationRequested);

        var (first, second) = (new PosixSignalContext(signal), new PosixSignalContext(signal));
        interruption.OnSignal(first);
        Assert.True(interruption.Token.IsCancellationRequested);
        interruption.OnSignal(second);

        Assert.Equal((true, false), (first.Cancel, second.Cancel));
    }

    [Fact]
    public void Whoever_stops_the_command_stops_what_it_waits_for()
    {
        using var stop = new CancellationTokenSource();
        using var interruption = new Interruption(stop.Token);

        stop.Cancel();

        Assert.True(interruption.Token.IsCancellationRequested);
    }
}
