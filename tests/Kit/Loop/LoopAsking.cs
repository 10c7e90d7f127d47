using Sametime.Contracts.Loop;

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

    public static Task<T> AskAsync<T>(this ILoop loop, Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(loop);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => _ = AnswerAsync());
        return answer.Task;

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
