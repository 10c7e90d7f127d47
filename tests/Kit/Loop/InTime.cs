namespace Sametime.Tests.Kit.Loop;

/// <summary>An end for waits that a mistake would make endless: for an answer that waits on a clock which nobody turns, or for a place never given
/// back.</summary>
public static class InTime
{
    // No measure of anything: long enough for the busiest machine, and still an end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The result of a task that needs nothing more from the test; fails with what was waited for when it does not come.</summary>
    public static async Task<T> InTimeAsync<T>(this Task<T> task, string what)
    {
        await ((Task)task).InTimeAsync(what);
        return await task;
    }

    /// <inheritdoc cref="InTimeAsync{T}"/>
    public static async Task InTimeAsync(this Task task, string what)
    {
        ArgumentNullException.ThrowIfNull(task);
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"It never came about that {what}.");
        }
    }

    /// <summary>Does something again and again until a task has ended, as turning a clock that it waits on.</summary>
    public static async Task InTimeAsync(this Task task, Action again, string what)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(again);
        var since = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
                throw new TimeoutException($"It never came about that {what}.");
            again();
            await Task.Yield();
        }

        await task;
    }
}
