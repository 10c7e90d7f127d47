using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Links;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// The one writer of a process, with group commit: while one commit waits for the disk, further writes gather, and the next commit takes
/// them all. A write's task ends after its commit. A write that refuses is undone alone; the others of its commit stand.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private readonly SqliteSession _session;
    private readonly SqliteStoreOptions _options;
    private readonly SqliteSubjectKeys _keys;
    private readonly EventLinks _links;
    private readonly EventSource _source;
    private readonly TimeProvider _time;
    private readonly Channel<Pending> _waiting;

    // One mark is enough to say that there was a commit, however many there were.
    private readonly Channel<bool> _committed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _loop;

    public SqliteWriter(SqliteSession session, SqliteStoreOptions options, SqliteSubjectKeys keys, EventLinks links, EventSource source, TimeProvider time)
    {
        (_session, _options, _keys, _links, _source, _time) = (session, options, keys, links, source, time);

        // Full: whoever wants to write waits.
        _waiting = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.WaitingWritesMax)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Commits made so far; fewer than writes when they were many at once.</summary>
    public long Commits { get; private set; }

    /// <summary>Runs a decision in a transaction; ends when what it appended is durable. May be given up only while it waits.</summary>
    /// <param name="decide">Looks and appends.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="events">How many events it is going to write, about.</param>
    public async Task<T> WriteAsync<T>(Func<SqliteWrite, T> decide, CancellationToken stop, int events = 1)
    {
        var pending = new Pending<T>(decide, events, stop);
        try
        {
            await _waiting.Writer.WriteAsync(pending, stop);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("The store is closed.", closed);
        }

        return await pending.Result;
    }

    /// <summary>Ends when there was a commit since the last time, or after a while.</summary>
    public async Task WaitForCommitAsync(TimeSpan atMost, TimeProvider time, CancellationToken stop)
    {
        using var enough = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, stop);
        try
        {
            await _committed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Nothing was committed here; others may have.
        }
    }

    /// <summary>Commits what waits, then closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        _session.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<Pending>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            var events = 0;
            while (batch.Count < _options.CommitWritesMax && events < _options.CommitEventsMax && _waiting.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                events += pending.Events;
            }

            Commit(batch);
        }
    }

    private void Commit(List<Pending> batch)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var pending in batch)
                Run(pending);
            _session.Execute("COMMIT");
            Commits++;
        }
        catch (SqliteException failure)
        {
            Undo();
            foreach (var pending in batch)
                pending.Fail(SqliteSession.Translate(failure));
            return;
        }

        foreach (var pending in batch)
            pending.Complete();
        _committed.Writer.TryWrite(true);
    }

    private void Run(Pending pending)
    {
        _session.Execute("SAVEPOINT write");
        try
        {
            pending.Run(new SqliteWrite(_session, _keys, _links, _source, _time));
        }
        catch (Exception refused) when (refused is not SqliteException)
        {
            // The scope of a decision's own failure is this write.
            _session.Execute("ROLLBACK TO write");
            pending.Fail(refused);
        }

        _session.Execute("RELEASE write");
    }

    private void Undo()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // The failure ended the transaction by itself, or it never began.
        }
    }

    private abstract class Pending(int events)
    {
        public int Events => events;

        public abstract void Run(SqliteWrite write);

        public abstract void Complete();

        public abstract void Fail(Exception failure);
    }

    private sealed class Pending<T>(Func<SqliteWrite, T> decide, int events, CancellationToken stop) : Pending(events)
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _decided;

        public Task<T> Result => _result.Task;

        public override void Run(SqliteWrite write)
        {
            stop.ThrowIfCancellationRequested();
            _decided = decide(write);
        }

        public override void Complete() => _result.TrySetResult(_decided!);

        public override void Fail(Exception failure)
        {
            if (failure is OperationCanceledException)
                _result.TrySetCanceled(stop);
            else
                _result.TrySetException(failure);
        }
    }
}
