using Npgsql;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// The database may have ended a pooled connection while nobody used it (it was restarted, say), and nothing tells so before the connection
/// is used. What fails for that reason is done once more, on a new connection, as long as it is certain that nothing of it was kept.
/// </summary>
internal static class SecondAttempt
{
    /// <summary>Does what may be done twice, since it only asks or comes to the same the second time; fails as a store does.</summary>
    public static Task<T> OfRepeatableAsync<T>(NpgsqlDataSource source, Func<Task<T>> work) => OfTransactionAsync(source, _ => work());

    /// <summary>Does a transaction, which says when it is told to commit: from then on nobody knows what became of it. Fails as a store does.</summary>
    public static Task<T> OfTransactionAsync<T>(NpgsqlDataSource source, Func<Attempt, Task<T>> work) => PostgresFault.TranslatedAsync(async () =>
    {
        var first = new Attempt();
        try
        {
            return await work(first).ConfigureAwait(false);
        }
        catch (Exception cut) when (!first.IsCommitting && PostgresFault.IsCut(cut))
        {
            source.Clear(); // the others that wait in the pool are no better
        }

        return await work(new Attempt()).ConfigureAwait(false);
    });

    /// <summary>How far a transaction is.</summary>
    internal sealed class Attempt
    {
        public bool IsCommitting { get; private set; }

        /// <summary>Commits. Not given up: whether it was committed must be known.</summary>
        public Task CommitAsync(NpgsqlTransaction transaction)
        {
            IsCommitting = true;
            return transaction.CommitAsync(CancellationToken.None);
        }
    }
}
