using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose;
using Sametime.Compose.Accounts;
using Sametime.Compose.Commands;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>Scripts tell by the exit code what happened: each command without a server or a community, and with a name that is not there.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private static readonly SettingOverrides Line = SettingOverrides.Split(["--Passwords:MemoryKiB=64", "--Subjects:EraseGrace=00:00:00"]);

    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-exit-").FullName;
    private readonly DataDirectory _data;

    public ExitCodeTests()
    {
        _data = new DataDirectory(Path.Combine(_folder, "data"));
        _data.Create();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("status")]
    [InlineData("status --json")]
    [InlineData("status --watch")]
    [InlineData("status --watch --json")]
    [InlineData("top")]
    [InlineData("drain")]
    [InlineData("drain north --now")]
    [InlineData("resolve north")]
    [InlineData("resolve north --json")]
    public async Task What_asks_a_server_says_that_none_is_running(string words) => Assert.Equal(ExitCode.NotRunning, await RunAsync(words));

    [Theory]
    [InlineData("user list")]
    [InlineData("user passwd alice --password-stdin")]
    [InlineData("user home alice north")]
    [InlineData("user rename alice --display Alice")]
    [InlineData("user disable alice")]
    [InlineData("user enable alice")]
    [InlineData("user remove alice")]
    [InlineData("user erase alice --yes")]
    [InlineData("user export alice --to FILE")]
    [InlineData("group add staff alice")]
    [InlineData("token issue alice")]
    [InlineData("token revoke alice")]
    [InlineData("token rotate")]
    [InlineData("chatlog show")]
    [InlineData("chatlog policy")]
    [InlineData("chatlog verify")]
    [InlineData("chatlog hold alice --why court")]
    [InlineData("chatlog release alice")]
    [InlineData("chatlog holds")]
    [InlineData("at 1")]
    [InlineData("history alice")]
    [InlineData("export --format csv --into FILE")]
    [InlineData("replay")]
    [InlineData("store verify")]
    [InlineData("store migrate")]
    [InlineData("store retain")]
    public async Task What_needs_a_community_says_that_there_is_none_and_makes_none(string words)
    {
        Assert.Equal(ExitCode.NoSuchThing, await RunAsync(words));
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("user home nobody north", ExitCode.NoSuchThing)]
    [InlineData("user home alice @north", ExitCode.Usage)]
    [InlineData("user rename nobody --display Nobody", ExitCode.NoSuchThing)]
    [InlineData("user rename alice --alias bob", ExitCode.NoSuchThing)]
    [InlineData("user disable nobody", ExitCode.NoSuchThing)]
    [InlineData("user enable nobody", ExitCode.NoSuchThing)]
    [InlineData("user remove nobody", ExitCode.NoSuchThing)]
    [InlineData("user erase nobody --yes", ExitCode.NoSuchThing)]
    [InlineData("user export nobody --to FILE", ExitCode.NoSuchThing)]
    [InlineData("user export alice --to THERE", ExitCode.Usage)]
    [InlineData("group add staff nobody", ExitCode.NoSuchThing)]
    [InlineData("group add @staff alice", ExitCode.Usage)]
    [InlineData("token issue nobody", ExitCode.NoSuchThing)]
    [InlineData("token revoke nobody", ExitCode.NoSuchThing)]
    [InlineData("chatlog release nobody", ExitCode.NoSuchThing)]
    [InlineData("chatlog hold bob --why again", ExitCode.NoSuchThing)]
    [InlineData("user erase bob --yes", ExitCode.NoSuchThing)]
    [InlineData("replay --to-nowhere", null)]
    [InlineData("user", null)]
    public async Task A_name_that_is_not_there_or_cannot_be_is_told_apart_from_a_failure(string words, int? code)
    {
        await SettleAsync();
        Assert.Equal(code, await RunAsync(words));
    }

    [Theory]
    [InlineData("user list")]
    [InlineData("user home alice north")]
    [InlineData("user rename alice --display Alicia")]
    [InlineData("user disable alice")]
    [InlineData("user enable alice")]
    [InlineData("user remove alice")]
    [InlineData("user erase alice --yes")]
    [InlineData("user export alice --to FILE")]
    [InlineData("group add staff alice bob")]
    [InlineData("token issue alice")]
    [InlineData("token revoke alice")]
    [InlineData("token rotate")]
    [InlineData("chatlog show")]
    [InlineData("chatlog policy strict")]
    [InlineData("chatlog verify")]
    [InlineData("chatlog hold alice --why court")]
    [InlineData("chatlog release bob")]
    [InlineData("chatlog holds")]
    [InlineData("at 1")]
    [InlineData("history alice")]
    [InlineData("history nobody")]
    [InlineData("export --format csv --into FILE")]
    [InlineData("export --format jsonl --into THERE")]
    [InlineData("export --format parquet --into FILE")]
    [InlineData("store verify")]
    [InlineData("store migrate")]
    [InlineData("store retain")]
    public async Task What_was_done_is_a_success(string words)
    {
        await SettleAsync();
        Assert.Equal(ExitCode.Success, await RunAsync(words));
    }

    [Theory]
    [InlineData("status", ExitCode.Success)]
    [InlineData("status --json", ExitCode.Success)]
    [InlineData("resolve north", ExitCode.Success)]
    [InlineData("resolve north --json", ExitCode.Success)]
    [InlineData("resolve north --zone example.org", ExitCode.Success)]
    [InlineData("resolve south", ExitCode.NoSuchThing)]
    [InlineData("resolve south --json", ExitCode.NoSuchThing)]
    [InlineData("resolve south --zone example.org", ExitCode.NoSuchThing)]
    [InlineData("drain", ExitCode.Success)]
    [InlineData("drain north --now", ExitCode.Success)]
    [InlineData("drain south", ExitCode.NoSuchThing)]
    public async Task A_hub_that_runs_is_asked_and_knows_one_name(string words, int code)
    {
        await using var hub = Start(question => question switch
        {
            "resolve north" => new JsonObject { ["addresses"] = new JsonArray("192.0.2.1:1533", "edge.example.org:1533") },
            _ when question.StartsWith("resolve", StringComparison.Ordinal) => [],
            _ when question.StartsWith("drain", StringComparison.Ordinal) => new JsonObject { ["logins"] = 3, ["left"] = 0 },
            _ => new JsonObject { ["hub"] = new JsonObject { ["name"] = "north" } },
        });

        Assert.Equal(code, await RunAsync(words));
    }

    [Fact]
    public async Task A_hub_that_ends_while_it_is_drained_is_told_apart_from_one_that_was_drained()
    {
        var answers = 0;
        await using var hub = Start(question => question.StartsWith("drain", StringComparison.Ordinal)
            ? new JsonObject { ["logins"] = 3, ["left"] = 2 }
            : answers++ == 0 ? new JsonObject { ["hub"] = new JsonObject { ["name"] = "north" } } : []);

        Assert.Equal(ExitCode.NotRunning, await RunAsync("drain"));
    }

    [Fact]
    public async Task A_process_without_a_hub_is_none_to_drain_or_to_ask_for_addresses()
    {
        await using var services = Start(_ => new JsonObject { ["services"] = new JsonObject() });

        Assert.Equal(ExitCode.NotRunning, await RunAsync("drain"));
        Assert.Equal(ExitCode.NotRunning, await RunAsync("resolve north"));
    }

    // Alice and Bob, on whom there is a hold; and a file.
    private async Task SettleAsync()
    {
        await using (var book = await AccountBook.OpenAsync(_data, Line, Stop))
        {
            foreach (var name in (string[])["alice", "bob"])
                await book.AddUserAsync(new UserRecord(new UserId(name), name, []), "secret", Stop);
        }

        Assert.Equal(ExitCode.Success, await RunAsync("chatlog hold bob --why court"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "there"), "", Stop);
    }

    private StatusServer Start(Func<string, JsonObject> answer)
    {
        var server = new StatusServer(_data, "hub", (question, _) => Task.FromResult(answer(question)), TimeProvider.System, NullLogger.Instance);
        server.Start();
        return server;
    }

    /// <summary>The exit code; null when the words are no command, which the program answers with its help.</summary>
    private async Task<int?> RunAsync(string words)
    {
        var root = new RootCommand
        {
            UserCommand.Define(Line), GroupCommand.Define(Line), ChatLogCommand.Define(Line), TokenCommand.Define(Line), StatusCommand.Define(),
            ResolveCommand.Define(), DrainCommand.Define(), TopCommand.Define(), StoreCommand.Define(Line), ReplayCommand.Define(Line),
            ExportCommand.Define(Line), AtCommand.Define(Line), HistoryCommand.Define(Line),
        };
        var line = words.Split(' ').Select(word => word switch
        {
            "FILE" => Path.Combine(_folder, "new"),
            "THERE" => Path.Combine(_folder, "there"),
            _ => word,
        });
        var parsed = root.Parse([.. line, "--data", _data.Path], new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            return null;
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false }, Stop);
        }
        catch (CommandException refused)
        {
            return refused.ExitCode;
        }
    }
}
