namespace Sametime.Tests.Simulation.World;

/// <summary>
/// Time and chance of a simulated run: one thread, one queue of what is to happen, one seed that decides everything. The same seed gives
/// the same run.
/// </summary>
internal sealed class Universe(int seed)
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;

    public int Seed => seed;

    public Random Chance { get; } = new(seed);

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Things that have happened.</summary>
    public long Happened { get; private set; }

    /// <summary>What happens at the same time happens in the order it was asked for.</summary>
    public void At(TimeSpan when, Action what)
    {
        // A second thread would make each run another one.
        if (Environment.CurrentManagedThreadId != _thread)
            Environment.FailFast($"Something runs on another thread: {Environment.StackTrace}");
        _events.Enqueue(what, (when < Now ? Now : when, ++_order));
    }

    public void After(TimeSpan delay, Action what) => At(Now + delay, what);

    /// <summary>Lets everything happen up to a time, which then is now.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out _, out var next) && next.At <= end)
        {
            var what = _events.Dequeue();
            Now = next.At;
            Happened++;
            what();
        }
        Now = end;
    }

    public bool Maybe(double probability) => Chance.NextDouble() < probability;

    public TimeSpan Between(double lowMilliseconds, double highMilliseconds) =>
        TimeSpan.FromMilliseconds(lowMilliseconds + (Chance.NextDouble() * (highMilliseconds - lowMilliseconds)));

    public T Pick<T>(IReadOnlyList<T> among) => among[Chance.Next(among.Count)];
}
