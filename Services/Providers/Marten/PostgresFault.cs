using System.Net.Sockets;
using System.Text.Json;
using JasperFx.Events;
using Marten.Exceptions;
using Npgsql;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Marten;

/// <summary>What goes wrong on the way to PostgreSQL, and there, as one of our failures with one sentence.</summary>
internal static class PostgresFault
{
    /// <summary>Does something, and fails as a store does.</summary>
    public static async Task<T> TranslatedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (Translate(failure) is var translated && translated != failure)
        {
            throw translated;
        }
    }

    /// <summary>A failure of the store, or the failure itself if it is not of that kind.</summary>
    public static Exception Translate(Exception failure) => failure switch
    {
        StoreException or OperationCanceledException => failure,
        MartenCommandException { InnerException: { } inner } => Translate(inner),
        PostgresException refused => Translate(refused),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException =>
            new StoreUnavailableException("PostgreSQL did not answer within Postgres:ConnectTimeout or Postgres:CommandTimeout.", failure),
        NpgsqlException or SocketException or IOException or ObjectDisposedException =>
            new StoreUnavailableException($"PostgreSQL does not answer: {failure.Message}", failure),
        EventStreamUnexpectedMaxEventIdException =>
            new StoreUnavailableException("Another process wrote to the same stream without its lock.", failure),
        JsonException => new StoreCorruptException($"What is stored cannot be read: {failure.Message}", failure),
        MartenException => new StoreUnavailableException($"The store on PostgreSQL failed: {failure.Message}", failure),
        _ => failure,
    };

    /// <summary>Whether one write alone was at fault, so that others of its commit may go through without it.</summary>
    public static bool IsOfOneWrite(Exception failure) => failure switch
    {
        MartenCommandException { InnerException: { } inner } => IsOfOneWrite(inner),

        // Classes 21 to 23: data that does not fit, or that a constraint refuses.
        PostgresException refused => refused.SqlState is ['2', '1' or '2' or '3', ..],
        _ => false,
    };

    /// <summary>Whether the connection was ended by the other side, or on the way; not that one could not be made, or that nobody answered.</summary>
    public static bool IsCut(Exception failure) => failure switch
    {
        MartenCommandException { InnerException: { } inner } => IsCut(inner),
        PostgresException ended => ended.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.IdleSessionTimeout,
        NpgsqlException { InnerException: IOException } => true,
        _ => false,
    };

    private static StoreException Translate(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted =>
            new StoreCorruptException($"The database is damaged: {refused.MessageText}", refused),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction =>
            new StoreCorruptException($"The schema lacks what this program needs: {refused.MessageText}", refused),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            new StoreUnavailableException($"PostgreSQL does not let us in: {refused.MessageText}", refused),
        PostgresErrorCodes.InvalidCatalogName => new StoreUnavailableException($"PostgreSQL has no such database: {refused.MessageText}", refused),
        PostgresErrorCodes.DiskFull => new StoreUnavailableException("The disk of PostgreSQL is full.", refused),
        PostgresErrorCodes.QueryCanceled => new StoreUnavailableException("PostgreSQL took longer than Postgres:CommandTimeout.", refused),
        _ when IsOfOneWrite(refused) => new StoreRefusedException($"PostgreSQL cannot store this: {refused.MessageText}", refused),
        _ => new StoreUnavailableException($"PostgreSQL refused: {refused.MessageText}", refused),
    };
}
