using Sametime.Compose.Accounts;
using Sametime.Compose.ChatLog;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>What <c>sametime chatlog verify</c> says of a log that somebody changed, or that lines never reached.</summary>
public sealed class ChatLogVerifyCommandTests : IAsyncLifetime
{
    private static readonly SettingOverrides Line = SettingOverrides.Split(["--Passwords:MemoryKiB=64"]);
    private static readonly EventSource Hub = new(2, 7);
    private static readonly EventStreamName Chat = EventStreamName.Chat(Hub.Hub, Hub.Incarnation);

    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-chatlog-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await (await AccountBook.OpenAsync(new DataDirectory(_folder), Line, Stop)).DisposeAsync();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_log_that_is_whole_has_no_findings()
    {
        await RecordAsync(1, 2, 3);
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task Lines_that_never_came_are_named_by_their_numbers()
    {
        await RecordAsync(1, 2, 5, 6, 8);
        Assert.Equal(
            [$"{Chat}: number 3 to 4 are missing, 2 in all", $"{Chat}: number 7 to 7 are missing, 1 in all"], await FindAsync());
    }

    [Fact]
    public async Task An_altered_line_is_named_by_its_number_and_a_cut_end_by_its_stream()
    {
        await RecordAsync(1, 2, 3);
        await ChangeOneAsync($"UPDATE event SET occurred = occurred + 1 WHERE stream = '{Chat}' AND sequence = 2");
        Assert.Equal([$"{Chat}: number 2: it was altered, or events before it were removed or moved"], await FindAsync());

        await ChangeOneAsync($"UPDATE event SET occurred = occurred - 1 WHERE stream = '{Chat}' AND sequence = 2");
        await ChangeOneAsync($"DELETE FROM event WHERE stream = '{Chat}' AND sequence = 3");
        Assert.Equal([$"{Chat}: its last events are not those that were written"], await FindAsync());
    }

    private async Task RecordAsync(params long[] numbers)
    {
        await using var access = await ChatLogAccess.OpenAsync(_folder, Line, Stop);
        var said = new ChatLineCaptured(default, new UserId("alice"), default, new UserId("bob"), ChatContent.Text, "hi");
        var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        await access.Store.ChatLog.RecordAsync([.. numbers.Select(number => new EventEnvelope(Chat, number, Hub, now, now, new EventCause("talk"), said))], Stop);
    }

    private async Task<List<string>> FindAsync()
    {
        await using var access = await ChatLogAccess.OpenAsync(_folder, Line, Stop);
        return await ChatLogVerifyCommand.FindAsync(access.Store, Stop);
    }

    private async Task ChangeOneAsync(string statement) => Assert.Equal(1, await new StoreFile(_folder).ChangeAsync(statement));
}
