using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>
/// A PostgreSQL database with all users, for communities whose processes share their store. Like <see cref="UserDirectory"/> it is
/// filled once, and copied for each community.
/// </summary>
internal sealed class SharedDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<SharedDatabase>> Template = new(MakeTemplateAsync);

    // The same for the template and its copies: what is sealed in one must open in the others.
    private static readonly string StoreKey = RandomNumberGenerator.GetHexString(64);

    private readonly string _name = TestServices.NewName();
    private string? _tokenKeys;

    private SharedDatabase()
    {
    }

    // Its password must stand in no command line, so processes read where it is in the settings file of their data directory. The times
    // are for machines on which others are at work.
    private object Settings => new
    {
        Store = new { Kind = "Postgres" },
        Postgres = new
        {
            Connection = new NpgsqlConnectionStringBuilder(TestServices.Postgres) { Database = _name }.ConnectionString,
            ConnectTimeout = TimeSpan.FromMinutes(1),
            CommandTimeout = TimeSpan.FromMinutes(1),
        },
    };

    public static async Task<SharedDatabase> CopyAsync()
    {
        var template = await Template.Value;
        var copy = new SharedDatabase { _tokenKeys = template._tokenKeys };
        await ExecuteAsync($"create database {copy._name} template {template._name}", TestContext.Current.CancellationToken);
        return copy;
    }

    /// <summary>Makes a data directory whose processes keep their data here; what one signs the others take.</summary>
    public async Task MakeFolderAsync(string directory)
    {
        UserDirectory.MakeFolder(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "store.key"), StoreKey, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "sametime.json"), JsonSerializer.Serialize(Settings), TestContext.Current.CancellationToken);
        if (_tokenKeys is not null)
        {
            await File.WriteAllTextAsync(TokenKeysOf(directory), _tokenKeys, TestContext.Current.CancellationToken);
        }
    }

    // The server's own housekeeping may be at work in it. Only a superuser may end that, so it cannot be dropped by force; an ordinary drop
    // has it go away by itself.
    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync(
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{_name}' and usename = current_user", CancellationToken.None);
        await ExecuteAsync($"drop database {_name}", CancellationToken.None);
    }

    private static async Task<SharedDatabase> MakeTemplateAsync()
    {
        var template = new SharedDatabase();
        await ExecuteAsync($"create database {template._name}", TestContext.Current.CancellationToken);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => template.DisposeAsync().AsTask().GetAwaiter().GetResult();
        var folder = Directory.CreateTempSubdirectory("st-users-").FullName;
        try
        {
            await template.MakeFolderAsync(folder);
            await SametimeProgram.RunAsync("", "store", "init", "--data", folder);
            await SametimeProgram.RunAsync("", "token", "rotate", "--data", folder);
            template._tokenKeys = await File.ReadAllTextAsync(TokenKeysOf(folder), TestContext.Current.CancellationToken);
            await UserDirectory.FillAsync(folder);
            return template;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string TokenKeysOf(string directory) => Path.Combine(directory, "token.keys");

    private static async Task ExecuteAsync(string sql, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(TestServices.Postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(stop);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the only names in it are our own
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(stop);
    }
}
