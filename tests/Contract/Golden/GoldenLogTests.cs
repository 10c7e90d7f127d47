using Microsoft.Data.Sqlite;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Community;
using Sametime.Services.Replay.Targets;
using Sametime.Tests.Contract.Providers;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Contract.Golden;

/// <summary>The logs of all released versions still say what they said.</summary>
public sealed class GoldenLogTests
{
    private static readonly string Folder = Repo.PathOf("tests", "Contract", "Golden");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => [.. Directory.GetFiles(Folder, "*.sql").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_log_of_a_released_version_folds_into_the_state_it_had(string version)
    {
        await using var temporary = new TemporaryStore();
        var sandbox = await FoldAsync(temporary, version);
        var expected = Path.Combine(Folder, $"{version}.state");
        Assert.True(File.Exists(expected), $"{expected} is missing: {sandbox.Hash()}");
        Assert.Equal((await File.ReadAllTextAsync(expected, _stop)).Trim(), sandbox.Hash());
    }

    [Fact]
    public async Task What_users_of_version_0_2_0_had_is_there()
    {
        await using var temporary = new TemporaryStore();
        var sandbox = await FoldAsync(temporary, "0.2.0");
        Assert.Equal(["alice", "Bob", "carol"], sandbox.Directory.Users.Keys.Select(user => user.Value).Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal("Alice Ærøskøbing", sandbox.Directory.Users[new UserId("alice")].DisplayName);
        Assert.Equal([new UserId("alice"), new UserId("bob")], sandbox.Directory.Groups["staff"].Members);
        Assert.Equal("south", sandbox.Directory.Users[new UserId("carol")].HomeHub);
        var stored = sandbox.Storage.Users[new UserId("alice")];
        Assert.Equal([0u, 80u, 27191u], stored.Values.Keys.Order());
        Assert.Equal("dora", Assert.Single(stored.Privacy!.Listed).User.Value);
        Assert.DoesNotContain(new UserId("dora"), sandbox.Storage.Users);
    }

    private async Task<Sandbox> FoldAsync(TemporaryStore temporary, string version)
    {
        Make(temporary.Options.FilePath, await File.ReadAllTextAsync(Path.Combine(Folder, $"{version}.sql"), _stop));
        var store = temporary.Open();
        var sandbox = new Sandbox();
        await using var target = new SandboxTarget(sandbox);
        var replay = new LogReplay(store, store, new ReplayOptions(), TimeProvider.System) { Actor = "tester", Command = "replay" };
        var statement = await replay.RunAsync(new ReplayQuestion(EventView.Plain), target, _stop);
        Assert.True(statement.IsComplete, statement.ToString());
        return sandbox;
    }

    private static void Make(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a file of this folder
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
