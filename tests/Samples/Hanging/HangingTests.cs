using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Hanging;

/// <summary>Tests that do not end. Only the test of ends runs them, in a process of their own.</summary>
public sealed class HangingTests
{
    [Fact]
    [EndsWithin(1)]
    public async Task One_that_waits_for_what_does_not_come() =>
        await new TaskCompletionSource().Task.ForAsync("a letter that nobody has written", TestContext.Current.CancellationToken);

    [Fact]
    [EndsWithin(1)]
    public async Task One_that_knows_its_end_and_waits_for_it()
    {
        using (Waits.For("a bus that has come and gone"))
            await Task.Yield();
        await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
    }

    [Fact]
    [EndsWithin(1, Grace = 1)]
    public void One_that_never_gives_its_thread_back()
    {
        while (true)
            _ = TestContext.Current;
    }
}
