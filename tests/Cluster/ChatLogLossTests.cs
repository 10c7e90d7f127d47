using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Cluster.Running;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>A hub, and the server applications of another, die while conversations over two hubs are logged.</summary>
public sealed class ChatLogLossTests(ThreeHubs cluster, ITestOutputHelper output) : ThreeHubsTest(cluster, output)
{
    private readonly ITestOutputHelper _output = output;

    private const int PeopleEach = 6;
    private const int LostHub = 1;
    private const int LostServices = 2;
    private const int Lines = 20;

    // What is said while something dies.
    private const int LinesMeanwhile = 80;

    [Fact]
    public async Task S024_S142_What_was_delivered_is_in_the_log_once_in_strict_logging_over_the_death_of_a_hub_and_of_server_applications()
    {
        await SetPolicyAsync(ChatLogMode.Strict);
        var heard = await TalkThroughDeathsAsync("strict");
        var log = await LogAsync("strict");

        Report("strict", heard, log);
        Assert.Equal(heard.Count, heard.Distinct().Count());
        Assert.Empty(heard.Where(line => !log.Texts.Contains(line.Text)).Select(line => line.Text));
        Assert.Equal(log.Texts.Count, log.Captured.Count);
        Assert.Empty(log.Gaps);
    }

    [Fact]
    public async Task S142_Each_line_that_relaxed_logging_missed_is_of_a_conversation_whose_log_says_so()
    {
        await SetPolicyAsync(ChatLogMode.Relaxed);
        var earlier = (await LogAsync("relaxed")).Interruptions;
        var heard = await TalkThroughDeathsAsync("relaxed");

        // The hub that died marks what it left behind when it captures again.
        Line[] unmarked = [];
        await Eventually.IsAsync(
            async () => (unmarked = Unmarked(heard, await LogAsync("relaxed"), earlier)).Length == 0, "each missing line lies in a gap that the log tells of", Stop,
            () => string.Join(", ", unmarked.Select(line => line.Text)));
        var log = await LogAsync("relaxed");
        Report("relaxed", heard, log);
        Assert.Equal(log.Texts.Count, log.Captured.Count);
        Assert.NotEmpty(log.Captured);
    }

    protected override async Task RepairAsync()
    {
        await Cluster.StartAsync(CancellationToken.None);
        await SetPolicyAsync(ChatLogMode.Off);
    }

    private async Task<IReadOnlyList<Line>> TalkThroughDeathsAsync(string word)
    {
        var people = await GatherAsync(PeopleEach);
        var chats = new List<Chat>();
        for (var hub = 0; hub < people.Length; hub++)
        {
            var next = people[(hub + 1) % people.Length];
            chats.AddRange(await Task.WhenAll(people[hub].Zip(next, (one, other) => Chat.BeginAsync($"{word} {one.Name}-{other.Name}", one, other, Stop))));
        }

        await Task.WhenAll(chats.Select(chat => chat.SayAsync(Lines, Stop)));
        await Task.WhenAll(chats.Select(chat => chat.IsHeardAsync(Stop)));

        var meanwhile = Task.WhenAll(chats.Select(chat => chat.SayAsync(LinesMeanwhile, Stop)));
        await Cluster.Hubs[LostHub].KillAsync();
        await Cluster.Services[LostServices].KillAsync();
        await meanwhile;
        await Cluster.StartAsync(Stop);

        // Somebody talks at the new hub, so that it captures; and each hub has its own Chat Logging again.
        var (one, other) = (NewPerson(LostHub), NewPerson(LostHub));
        await Task.WhenAll(one.LogInAsync(Stop), other.LogInAsync(Stop));
        await IsKnownAsync();
        var after = await Chat.BeginAsync($"{word} after", one, other, Stop);
        await after.SayAsync(1, Stop);
        await after.IsHeardAsync(Stop);
        Line[] heard = [.. (await Task.WhenAll(chats.Append(after).Select(chat => chat.HeardAsync(Stop)))).SelectMany(lines => lines)];

        // More than before anything died, so some of it while that happened.
        Assert.True(heard.Length > (2 * Lines * chats.Count) + 2, $"only {heard.Length} lines were heard");
        return heard;
    }

    private void Report(string mode, IReadOnlyList<Line> heard, ChatLog log) => _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{mode}: {heard.Count} lines heard, {log.Captured.Count} in the log, {heard.Count(line => !log.Texts.Contains(line.Text))} heard and not there, {log.Captured.Count - log.Texts.Count} there twice"));

    // What the dead hub had not given to the log died with it, and its next start says so; what others missed, they say themselves.
    private static Line[] Unmarked(IReadOnlyList<Line> heard, ChatLog log, int earlier) =>
    [
        .. heard.Where(line => !log.Texts.Contains(line.Text))
            .Where(line => line.Hub == LostHub ? log.Interruptions == earlier : !log.FactsOf(line.Chat).Any(fact => fact is ChatLinesMissed)),
    ];

    private async Task SetPolicyAsync(ChatLogMode mode)
    {
        await using var store = await OpenStoreAsync();
        await store.ChatLog.SavePolicyAsync(new ChatLogPolicy(mode, EncryptedChat.Pass), "test", Stop);
        await IsKnownAsync(mode);
    }

    // The mode of all hubs is this, or that of the first.
    private Task IsKnownAsync(ChatLogMode? mode = null) => Eventually.IsAsync(
        async () =>
        {
            var modes = (await Task.WhenAll(Cluster.Hubs.Select(hub => hub.StatusAsync(Stop)))).Select(status => (string?)status?["hub"]?["capture"]?["mode"]).ToArray();
            return modes.Distinct().Count() == 1 && modes[0] is { } known && (mode is null || known.Equals(mode.ToString(), StringComparison.OrdinalIgnoreCase));
        },
        $"all hubs know how conversations are logged ({mode})", Stop);

    private async Task<ChatLog> LogAsync(string word)
    {
        await using var store = await OpenStoreAsync();
        return new ChatLog(await store.Log.ReadAsync(LogRange.All, EventView.Plain, Stop).Select(stored => stored.Envelope).ToListAsync(Stop), word);
    }

    private Task<Store> OpenStoreAsync()
    {
        var data = new DataDirectory(Cluster.Services[0].Data);
        var settings = ServerSettings.Load(data, SettingOverrides.Split(["--Store:Kind=Postgres"]));
        return Store.OpenAsync(data, settings, new EventSource(0, 0), NullLoggerFactory.Instance, Stop);
    }
}
