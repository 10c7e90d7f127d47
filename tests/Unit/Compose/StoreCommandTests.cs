using Sametime.Compose;
using Sametime.Compose.Accounts;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public sealed class StoreCommandTests : IDisposable
{
    private static readonly SettingOverrides Line = SettingOverrides.Split(["--Passwords:MemoryKiB=64"]);

    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-store-").FullName;

    private StoreFile Db => new(_folder);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_store_is_made_once_with_its_key_and_is_whole()
    {
        var refusal = await Assert.ThrowsAsync<CommandException>(() => RunAsync("verify"));
        Assert.Equal(ExitCode.NoSuchThing, refusal.ExitCode);
        Assert.Equal(ExitCode.NoSuchThing, (await Assert.ThrowsAsync<CommandException>(() => RunAsync("migrate"))).ExitCode);

        Assert.Equal(ExitCode.Success, await RunAsync("init"));
        var key = await File.ReadAllTextAsync(Path.Combine(_folder, "store.key"), Stop);
        Assert.Equal(ExitCode.Success, await RunAsync("init"));
        Assert.Equal(key, await File.ReadAllTextAsync(Path.Combine(_folder, "store.key"), Stop));
        await AddAliceAsync();

        Assert.Equal(ExitCode.Success, await RunAsync("verify"));
        Assert.Equal(ExitCode.Success, await RunAsync("migrate"));
    }

    [Fact]
    public async Task An_embedded_store_is_made_by_this_command_alone_where_the_operator_wants_that()
    {
        var line = SettingOverrides.Split(["--Passwords:MemoryKiB=64", "--Store:CreateTables=false"]);
        var data = new DataDirectory(_folder);
        var refusal = await Assert.ThrowsAsync<CommandException>(() => AccountBook.OpenAsync(data, line, Stop));
        Assert.Equal($"There is no store in {data.Path}: sametime store init makes one.", refusal.Message);
        Assert.Empty(Directory.EnumerateFiles(_folder));

        Assert.Equal(ExitCode.Success, await RunAsync("init"));
        await (await AccountBook.OpenAsync(data, line, Stop)).DisposeAsync();
        Assert.True(await Db.AskAsync("SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND name LIKE 'analyst%'") > 1);
        var version = await Db.AskAsync("PRAGMA user_version");
        await Db.ChangeAsync($"PRAGMA user_version = {version - 1}");

        refusal = await Assert.ThrowsAsync<CommandException>(() => AccountBook.OpenAsync(data, line, Stop));
        Assert.Equal(
            $"The tables in sametime.db are of version {version - 1}, and this program needs {version}: sametime store migrate brings them up to date.", refusal.Message);
        Assert.Equal(version - 1, await Db.AskAsync("PRAGMA user_version"));
    }

    [Theory]
    [InlineData("UPDATE account SET display_name = 'Mallory'")]
    [InlineData("UPDATE event SET occurred = occurred + 1")]
    [InlineData("DELETE FROM event")]
    [InlineData("UPDATE event SET fields = '{}'")]
    public async Task What_somebody_changed_behind_its_back_is_found(string statement)
    {
        await AddAliceAsync();
        Assert.Equal(ExitCode.Success, await RunAsync("verify"));
        await Db.ChangeAsync(statement);

        Assert.Equal(ExitCode.Failure, await RunAsync("verify"));
    }

    private Task<int> RunAsync(string word) =>
        StoreCommand.Define(Line).Parse([word, "--data", _folder]).InvokeAsync(new() { EnableDefaultExceptionHandler = false }, Stop);

    private async Task AddAliceAsync()
    {
        await using var book = await AccountBook.OpenAsync(new DataDirectory(_folder), Line, Stop);
        await book.AddUserAsync(new UserRecord(new UserId("alice"), "Alice", ["al"]), "secret", Stop);
    }
}
