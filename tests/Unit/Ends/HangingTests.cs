using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Ends;

/// <summary>Tests that do not end. Nobody runs them but <see cref="EndTests"/>, in a process of their own.</summary>
public sealed class HangingTests
{
    [Fact(Explicit = true)]
    [EndsWithin(1)]
    public async Task One_that_waits_for_what_does_not_come() =>
        await new TaskCompletionSource().Task.ForAsync("a letter that nobody has written", TestContext.Current.CancellationToken);

    [Fact(Explicit = true)]
    [EndsWithin(1)]
    public async Task One_that_knows_its_end_and_waits_for_it()
    {
        using (Waits.For("a bus that has come and gone"))
            await Task.Yield();
        await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
    }

    [Fact(Explicit = true)]
    [EndsWithin(1, Grace = 1)]
    public void One_that_never_gives_its_thread_back()
    {
        while (true)
            _ = TestContext.Current;
    }
}
