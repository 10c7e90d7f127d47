using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Accounts;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Clients;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>A whole server with clients on TCP, and what its log holds when it is over.</summary>
public sealed class LoggedServerTests : IDisposable
{
    private const string Password = "correct horse";

    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-logged-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task S035_S143_Logins_and_logouts_are_found_afterwards_and_no_list_names_the_Logger()
    {
        var services = await RunAsync("--Hub:StatisticsInterval=00:00:00.020");
        var log = await ReadLogAsync();

        Assert.Equal(["alice", "alice", "bob"], Users(log.Select(one => one.Payload).OfType<ParticipantLoggedIn>().Where(one => one.Kind == ParticipantKind.User).Select(one => one.User)));
        Assert.Equal(["alice", "alice", "bob"], Users(log.Select(one => one.Payload).OfType<ParticipantLoggedOut>().Where(one => one.Kind == ParticipantKind.User).Select(one => one.User)));
        Assert.Equal("alice", Assert.Single(log, one => one.Payload is LoginRefused).Payload is LoginRefused refused ? refused.LoginName : "");
        Assert.Contains(log, one => one.Payload is HubSampled { Users: 2 });
        Assert.Contains(log, one => one.Payload is ChannelCreated);

        // Nothing is missing and nothing is there twice, to the end of the process. The hub may have counted before anybody listened.
        var stated = log.Where(one => one.Stream == EventStreamName.Hub(1, 1)).Select(one => one.Sequence).ToList();
        Assert.Equal(Enumerable.Range(0, stated.Count).Select(n => stated[0] + n), stated);
        Assert.NotEmpty(services);
        Assert.DoesNotContain(services, name => name.Contains("logger", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("--Logger:Enabled=false", "")]
    [InlineData("--Logger:Community=false", "security")]
    [InlineData("--Logger:Security=false", "community")]
    public async Task S143_What_is_not_to_be_logged_is_not(string setting, string kept)
    {
        await RunAsync(setting, "--Logger:Statistics=false");
        var log = (await ReadLogAsync()).Where(one => one.Stream.IsOfOneProcess).ToList();

        Assert.Equal(kept == "community", log.Any(one => one.Payload is ParticipantLoggedIn));
        Assert.Equal(kept == "security", log.Any(one => one.Payload is LoginRefused));
        Assert.DoesNotContain(log, one => one.Payload is HubSampled);
    }

    // Alice comes twice and Bob once; somebody who is not Alice tries her name. Answers the services that the hub lists.
    private async Task<List<string>> RunAsync(params string[] settings)
    {
        var line = SettingOverrides.Split(["--Log:Level=Error", "--Passwords:MemoryKiB=64", .. settings]);
        var data = new DataDirectory(_folder);
        await using (var book = await AccountBook.OpenAsync(data, line, Stop))
        {
            foreach (var name in (string[])["alice", "bob"])
                await book.AddUserAsync(new UserRecord(new UserId(name), name, []), Password, Stop);
        }

        var loaded = ServerSettings.Load(data, line);
        await using var server = await WholeServer.StartAsync(data, loaded, EdgeCommand.Options(loaded, data, port: 0, host: "127.0.0.1"), Stop);
        await using (await CommunityClient.LogInAsync(server.EndPoint, "alice", Password, Stop))
        {
        }

        await using (var liar = await CommunityClient.ConnectAsync(server.EndPoint, null, Stop))
        {
            await liar.SendLoginAsync("alice", "wrong", Stop);
            await Assert.ThrowsAnyAsync<Exception>(() => liar.IsLetInAsync(Stop));
        }

        await using var alice = await CommunityClient.LogInAsync(server.EndPoint, "alice", Password, Stop);
        await using var bob = await CommunityClient.LogInAsync(server.EndPoint, "bob", Password, Stop);
        await alice.ConverseAsync(bob, Stop);
        if (settings[0].StartsWith("--Hub:Statistics", StringComparison.Ordinal))
            await SampledAsync(server);
        var services = (JsonArray)(await server.Process.OnLoopAsync(() => server.Services.Describe(listings: true)))["services"]!;
        return [.. services.Select(service => service!.GetValue<string>())];
    }

    // The log is live: a sample with both users in it is found while the server runs.
    private static async Task SampledAsync(WholeServer server)
    {
        while (!await server.Services.Store.Log.ReadAsync(LogRange.All, EventView.Plain, Stop).AnyAsync(one => one.Envelope.Payload is HubSampled { Users: 2 }, Stop))
            await Task.Yield();
    }

    private async Task<List<EventEnvelope>> ReadLogAsync()
    {
        var data = new DataDirectory(_folder);
        await using var store = await Store.OpenAsync(data, ServerSettings.Load(data, SettingOverrides.Split([])), new EventSource(1, 0), NullLoggerFactory.Instance, Stop);
        return await store.Log.ReadAsync(LogRange.All, EventView.Plain, Stop).Select(one => one.Envelope).ToListAsync(Stop);
    }

    private static IEnumerable<string> Users(IEnumerable<UserId> users) => users.Select(user => user.Value).Order(StringComparer.Ordinal);
}
