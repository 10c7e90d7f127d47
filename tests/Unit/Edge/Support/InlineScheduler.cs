namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>Computes at once on the thread that asks, so that a test has one order of events; or, while it is held, when the test says so.</summary>
internal sealed class InlineScheduler : TaskScheduler
{
    private readonly Queue<Task> _held = new();

    /// <summary>While true, what is asked for waits for <see cref="Release"/>.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Computes what has waited, and from here on at once.</summary>
    public void Release()
    {
        IsHeld = false;
        while (_held.TryDequeue(out var task))
            _ = TryExecuteTask(task);
    }

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _held];

    protected override void QueueTask(Task task)
    {
        if (IsHeld)
            _held.Enqueue(task);
        else
            _ = TryExecuteTask(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !IsHeld && TryExecuteTask(task);
}
