using System.Runtime.CompilerServices;
using Sametime.Contracts.Loop;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Loop;

/// <summary>Lets a test run something on a loop and wait for its result.</summary>
public static class LoopAsking
{
    public static Task AskAsync(this ILoop loop, Action work) => loop.AskAsync(() =>
    {
        work();
        return true;
    });

    public static Task<T> AskAsync<T>(this ILoop loop, Func<T> work) => loop.AskAsync(() => Task.FromResult(work()));

    /// <summary>Waits until something is so, looking once in each turn of the loop.</summary>
    public static Task UntilAsync(this ILoop loop, Func<bool> isSo, CancellationToken stop, [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        ArgumentNullException.ThrowIfNull(loop);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(Look);
        return done.Task.ForAsync(what, stop);

        void Look()
        {
            if (isSo())
                done.TrySetResult();
            else if (!stop.IsCancellationRequested)
                _ = LookAgainAsync();
        }

        // By the machine's time: that of the loop may be the test's to turn.
        async Task LookAgainAsync()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.None);
            loop.Post(Look);
        }
    }

    public static Task<T> AskAsync<T>(this ILoop loop, Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(loop);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => _ = AnswerAsync());
        return answer.Task.ForAsync("an answer of the loop", CancellationToken.None);

        async Task AnswerAsync()
        {
            try
            {
                answer.SetResult(await work());
            }
            catch (Exception error)
            {
                answer.SetException(error);
            }
        }
    }
}
