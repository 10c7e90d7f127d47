namespace Sametime.Tests.Kit.Waiting;

/// <summary>
/// An end for what a test waits for. It decides nothing: what is waited for comes at once or never, and where a mistake lets it never come, the
/// one test fails and names it instead of holding up all others.
/// </summary>
public static class Patience
{
    // Far beyond whatever a busy machine takes.
    private static readonly TimeSpan End = TimeSpan.FromMinutes(1);

    /// <summary>Waits for a task, or fails with what it was to bring.</summary>
    public static async Task<T> OrSayAsync<T>(this Task<T> task, string what, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(task);
        await ((Task)task).OrSayAsync(what, stop);
        return await task;
    }

    /// <summary>Waits for a task, or fails with what it was to bring.</summary>
    public static async Task OrSayAsync(this Task task, string what, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(task);
        try
        {
            await task.WaitAsync(End, stop);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"It did not come about that {what}.");
        }
    }

    /// <summary>Looks again and again, doing something in between, until it is so; or fails with what was to be so.</summary>
    public static async Task UntilAsync(Func<bool> isSo, Action between, string what, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(isSo);
        ArgumentNullException.ThrowIfNull(between);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(End);
        while (!isSo())
        {
            if (end.IsCancellationRequested)
                throw new TimeoutException($"It did not come about that {what}.");
            between();
            await Task.Yield();
        }
    }
}
