using Microsoft.Data.Sqlite;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>The file of an embedded store, as somebody behind the back of the program sees and changes it.</summary>
/// <param name="folder">The data folder that it is in.</param>
internal sealed class StoreFile(string folder)
{
    /// <summary>Changes it; how many rows were changed.</summary>
    public Task<int> ChangeAsync(string statement) => ExecuteAsync(statement, static (command, stop) => command.ExecuteNonQueryAsync(stop));

    /// <summary>The one number that is the answer.</summary>
    public Task<long> AskAsync(string question) => ExecuteAsync(question, static async (command, stop) => (long)(await command.ExecuteScalarAsync(stop))!);

    private async Task<T> ExecuteAsync<T>(string statement, Func<SqliteCommand, CancellationToken, Task<T>> execute)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "sametime.db")};Pooling=False");
        await connection.OpenAsync(stop);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements of tests
        command.CommandText = statement;
#pragma warning restore CA2100
        return await execute(command, stop);
    }
}
