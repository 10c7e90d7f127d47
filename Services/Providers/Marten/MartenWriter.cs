using System.Threading.Channels;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// The one writer of a process, with group commit: while one transaction is under way, further writes gather, and the next takes them all.
/// A write's task ends after its commit. A write that refuses changes nothing; the others of its commit stand.
/// </summary>
internal sealed class MartenWriter : IAsyncDisposable
{
    private readonly MartenPart _part;
    private readonly Channel<Pending> _waiting;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _loop;

    public MartenWriter(MartenPart part)
    {
        _part = part;

        // Full: whoever wants to write waits.
        _waiting = Channel.CreateBounded<Pending>(new BoundedChannelOptions(part.Options.WaitingWritesMax)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Commits made so far; fewer than writes when they were many at once.</summary>
    public long Commits { get; private set; }

    /// <summary>Runs a decision on a stream in a transaction; ends when what it appended is durable. May be given up only while it waits.</summary>
    /// <param name="streams">The streams it may append to.</param>
    /// <param name="user">Whose stored values it looks at; null for nobody's.</param>
    /// <param name="decide">Looks and appends.</param>
    /// <param name="finish">Makes the answer after the commit.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="stated">What it is going to record.</param>
    public async Task<T> WriteAsync<TDecided, T>(
        IReadOnlyList<EventStreamName> streams, UserId? user, Func<MartenCommit, TDecided> decide, Func<MartenCommit, TDecided, T> finish, CancellationToken stop,
        IReadOnlyList<EventEnvelope>? stated = null)
    {
        var pending = new Pending<TDecided, T>(streams, user, stated ?? [], decide, finish, stop);
        try
        {
            await _waiting.Writer.WriteAsync(pending, stop).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("The store is closed.", closed);
        }

        return await pending.Result.ConfigureAwait(false);
    }

    /// <summary>Commits what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<Pending>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            var events = 0;
            while (batch.Count < _part.Options.CommitWritesMax && events < _part.Options.CommitEventsMax && _waiting.Reader.TryRead(out var pending))
            {
                if (pending.IsGivenUp)
                    continue;
                batch.Add(pending);
                events += Math.Max(1, pending.Stated.Count);
            }

            await CommitAsync(batch);
        }
    }

    private async Task CommitAsync(List<Pending> batch)
    {
        try
        {
            await SecondAttempt.OfTransactionAsync(_part.Source, attempt => TryCommitAsync(StillOpen(batch), attempt));
        }
        catch (StoreRefusedException) when (batch.Count > 1)
        {
            // One of them cannot be stored, and took the transaction with it: each for itself then.
            foreach (var pending in StillOpen(batch))
                await CommitAsync([pending]);
        }
        catch (Exception failure)
        {
            foreach (var pending in batch)
                pending.Fail(failure);
        }
    }

    // Who was told already that he is refused is not asked again.
    private static List<Pending> StillOpen(List<Pending> batch) => [.. batch.Where(pending => !pending.Result.IsCompleted)];

    private async Task<bool> TryCommitAsync(List<Pending> batch, SecondAttempt.Attempt attempt)
    {
        if (batch.Count == 0)
            return false;
        var streams = batch.SelectMany(pending => pending.Streams).Distinct().ToList();
        var users = batch.Select(pending => pending.User).OfType<UserId>().Distinct().ToList();
        var stated = batch.SelectMany(pending => pending.Stated).ToList();
        await using var commit = await MartenCommit.BeginAsync(_part, attempt, streams, users, stated, CancellationToken.None);
        foreach (var pending in batch)
            pending.Run(commit);
        var isCommitted = await commit.CommitAsync(CancellationToken.None);
        if (isCommitted)
            Commits++;
        foreach (var pending in batch)
            pending.Complete(commit);
        return isCommitted;
    }

    private abstract class Pending(IReadOnlyList<EventStreamName> streams, UserId? user, IReadOnlyList<EventEnvelope> stated)
    {
        public IReadOnlyList<EventStreamName> Streams => streams;

        public UserId? User => user;

        public IReadOnlyList<EventEnvelope> Stated => stated;

        public abstract Task Result { get; }

        /// <summary>Whether its caller gave up; it has been told then.</summary>
        public abstract bool IsGivenUp { get; }

        public abstract void Run(MartenCommit commit);

        public abstract void Complete(MartenCommit commit);

        public abstract void Fail(Exception failure);
    }

    private sealed class Pending<TDecided, T>(
        IReadOnlyList<EventStreamName> streams, UserId? user, IReadOnlyList<EventEnvelope> stated,
        Func<MartenCommit, TDecided> decide, Func<MartenCommit, TDecided, T> finish, CancellationToken stop)
        : Pending(streams, user, stated)
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TDecided? _decided;

        public override Task<T> Result => _result.Task;

        public override bool IsGivenUp => stop.IsCancellationRequested && _result.TrySetCanceled(stop);

        public override void Run(MartenCommit commit)
        {
            try
            {
                _decided = decide(commit);
            }
            catch (StoreException refused)
            {
                _result.TrySetException(refused);
            }
        }

        public override void Complete(MartenCommit commit)
        {
            if (!_result.Task.IsCompleted)
                _result.TrySetResult(finish(commit, _decided!));
        }

        public override void Fail(Exception failure) => _result.TrySetException(failure);
    }
}
