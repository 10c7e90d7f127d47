using System.Diagnostics;

namespace Sametime.Tests.Trials.Saving;

/// <summary>What was sent to be saved, by whom and when, and what was answered: what a trial is judged by. Each user saves 1, 2, 3, ...</summary>
internal sealed class Ledger
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, List<Attempt>> _attempts = new(StringComparer.Ordinal);
    private readonly List<(int Count, TaskCompletionSource Reached)> _awaited = [];
    private int _acknowledged;

    /// <summary>Everybody who has sent something.</summary>
    public IReadOnlyList<string> Users
    {
        get
        {
            lock (_guard)
                return [.. _attempts.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Saves that were acknowledged so far.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_guard)
                return _acknowledged;
        }
    }

    /// <summary>Notes that the next number is about to be sent, and says which it is.</summary>
    public uint Send(string user)
    {
        lock (_guard)
        {
            if (!_attempts.TryGetValue(user, out var attempts))
                _attempts.Add(user, attempts = []);
            attempts.Add(new Attempt(Stopwatch.GetTimestamp()));
            return (uint)attempts.Count;
        }
    }

    /// <summary>Notes that the server has said that a number is saved.</summary>
    public void Acknowledge(string user, uint number)
    {
        lock (_guard)
        {
            _attempts[user][(int)number - 1].Acknowledged = Stopwatch.GetTimestamp();
            _acknowledged++;
            foreach (var (_, reached) in _awaited.Where(awaited => awaited.Count <= _acknowledged))
                reached.TrySetResult();
            _awaited.RemoveAll(awaited => awaited.Count <= _acknowledged);
        }
    }

    /// <summary>Ends when so many more have been acknowledged.</summary>
    public Task MoreAsync(int count, CancellationToken stop)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_guard)
            _awaited.Add((_acknowledged + count, reached));
        return reached.Task.WaitAsync(stop);
    }

    /// <summary>The numbers of a user that must be there, since they were acknowledged before a time.</summary>
    public IReadOnlyList<uint> MustHave(string user, long before) => Numbers(user, attempt => attempt.Acknowledged is { } at && at < before);

    /// <summary>The numbers of a user that may be there, since they were sent before a time.</summary>
    public IReadOnlyList<uint> MayHave(string user, long after) => Numbers(user, attempt => attempt.Sent < after);

    private List<uint> Numbers(string user, Func<Attempt, bool> isIt)
    {
        lock (_guard)
        {
            return [.. _attempts.GetValueOrDefault(user, []).Select((attempt, i) => (Attempt: attempt, Number: (uint)i + 1))
                .Where(numbered => isIt(numbered.Attempt)).Select(numbered => numbered.Number)];
        }
    }

    private sealed class Attempt(long sent)
    {
        public long Sent => sent;

        public long? Acknowledged { get; set; }
    }
}
