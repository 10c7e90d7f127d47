using System.Diagnostics;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Trials.Saving;

/// <summary>What was sent to be saved, by whom and when, and what was answered: what a trial is judged by. Each user saves 1, 2, 3, ...</summary>
internal sealed class Ledger
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, List<Attempt>> _attempts = new(StringComparer.Ordinal);
    private readonly Tally _acknowledged = new();
    private readonly Tally _refused = new();

    /// <summary>Everybody who has sent something.</summary>
    public IReadOnlyList<string> Users
    {
        get
        {
            lock (_guard)
                return [.. _attempts.Keys.Order(StringComparer.Ordinal)];
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
            _acknowledged.Add();
        }
    }

    /// <summary>Notes that the server has said that a number is not saved.</summary>
    public void Refuse()
    {
        lock (_guard)
            _refused.Add();
    }

    /// <summary>Ends when so many more have been acknowledged.</summary>
    public Task MoreAsync(int count, CancellationToken stop) => MoreAsync(_acknowledged, count, "acknowledged", stop);

    /// <summary>Ends when so many more have been refused.</summary>
    public Task MoreRefusedAsync(int count, CancellationToken stop) => MoreAsync(_refused, count, "refused", stop);

    /// <summary>The numbers of a user that must be there, since they were acknowledged before a time.</summary>
    public IReadOnlyList<uint> MustHave(string user, long before) => Numbers(user, attempt => attempt.Acknowledged is { } at && at < before);

    /// <summary>The numbers of a user that may be there, since they were sent before a time.</summary>
    public IReadOnlyList<uint> MayHave(string user, long after) => Numbers(user, attempt => attempt.Sent < after);

    private Task MoreAsync(Tally tally, int count, string what, CancellationToken stop)
    {
        lock (_guard)
            return tally.MoreAsync(count).ForAsync($"{count} more saves that are {what}", stop);
    }

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

    /// <summary>Counts up, and tells who waits for a count.</summary>
    private sealed class Tally
    {
        private readonly List<(int Count, TaskCompletionSource Reached)> _awaited = [];
        private int _count;

        public void Add()
        {
            _count++;
            foreach (var (_, reached) in _awaited.Where(awaited => awaited.Count <= _count))
                reached.TrySetResult();
            _awaited.RemoveAll(awaited => awaited.Count <= _count);
        }

        public Task MoreAsync(int count)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((_count + count, reached));
            return reached.Task;
        }
    }
}
