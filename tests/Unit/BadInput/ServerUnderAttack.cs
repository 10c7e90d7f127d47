using System.Net;
using System.Runtime.CompilerServices;
using Sametime.Compose.Accounts;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Edge;
using Sametime.Edge.Clients;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.BadInput;

/// <summary>
/// The whole server in this process on a real port, and two users in a conversation that lasts as long as the server: whatever
/// anybody else sends, they stay logged in and each word arrives.
/// </summary>
public sealed class ServerUnderAttack : IAsyncLifetime
{
    public const string Password = "correct horse";

    private const uint Conversation = 1;

    // Short times, so that tests of them take seconds; everything else is the default that users get.
    private static readonly string[] Settings =
    [
        "--Log:Level=Error", "--Passwords:MemoryKiB=64", "--Edge:Limits:FrameGrace=00:00:01", "--Edge:Limits:FirstByteTimeout=00:00:03",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-attack-").FullName;
    private WholeServer? _server;
    private RawClient? _bob;
    private RawClient? _carol;
    private uint _channelOfCarol;
    private int _words;

    public IPEndPoint EndPoint => _server!.EndPoint;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var line = SettingOverrides.Split(Settings);
        var data = new DataDirectory(_folder);
        var book = await AccountBook.OpenAsync(data, line, Stop);
        foreach (var name in (string[])["alice", "bob", "carol", "mallory"])
            await book.AddUserAsync(new UserRecord(new UserId(name), name, []), Password, Stop);
        await book.DisposeAsync();

        var settings = ServerSettings.Load(data, line);
        _server = await WholeServer.StartAsync(data, settings, EdgeCommand.Options(settings, data, port: 0, host: "127.0.0.1"), Stop)
            .ForAsync("the server to start", Stop);
        _bob = await LogInAsync("bob");
        _carol = await LogInAsync("carol");
        await _bob.SendAsync(ImTo("carol", Conversation));
        var (_, offer) = await _carol.ExpectAsync<ChannelCreate>();
        _channelOfCarol = offer.Channel.Value;
        await _carol.SendAsync(new ChannelAccept { Service = offer.Service, Protocol = offer.Protocol, Version = offer.Version }, _channelOfCarol);
        await _bob.ExpectAsync<ChannelAccept>(Conversation);
    }

    public async ValueTask DisposeAsync()
    {
        _bob?.Dispose();
        _carol?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync().ForAsync("the server to end", CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The two who have done nothing are still logged in and hear each other.</summary>
    public async Task InnocentsTalkAsync()
    {
        var word = $"word {++_words}";
        await _bob!.SayAsync<InstantMessage>(Conversation, new ImText(word));
        Assert.Equal(new ImText(word), await _carol!.HearAsync<InstantMessage>(_channelOfCarol));
        await _carol.SayAsync<InstantMessage>(_channelOfCarol, new ImText(word));
        Assert.Equal(new ImText(word), await _bob.HearAsync<InstantMessage>(Conversation));
    }

    /// <summary>What the Edge counts and holds, asked on its loop.</summary>
    internal Task<T> EdgeAsync<T>(Func<EdgeServer, T> ask) => _server!.Process.Loop.AskAsync(() => ask(EdgeOf(EdgeOf(_server))));

    /// <summary>Waits until the Edge has a connection that has come so far.</summary>
    internal Task HasAsync(ClientState state) => _server!.Process.Loop.UntilAsync(
        () => EdgeOf(EdgeOf(_server)).ListConnections().Any(listing => listing.State == state.ToString()), Stop, $"a connection that is {state}");

    public Task<RawClient> ConnectAsync(int? receiveBytes = null) => RawClient.ConnectAsync(EndPoint, Stop, receiveBytes);

    public async Task<RawClient> LogInAsync(string name = "mallory") => await (await ConnectAsync()).LogInAsync(name, Password);

    public static ChannelCreate ImTo(string user, uint channel) => new()
    {
        Channel = new ChannelId(channel),
        Target = new IdBlock(user),
        Service = ServiceTypes.InstantMessage,
        Protocol = ProtocolTypes.InstantMessage,
        Version = ProtocolVersions.InstantMessage,
        AdditionalData = [0, 0, 0, 1, 0, 0, 0, 1],
    };

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_edge")]
    private static extern ref EdgePart EdgeOf(WholeServer server);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_edge")]
    private static extern ref EdgeServer EdgeOf(EdgePart part);
}

/// <summary>One server for all tests of bad input.</summary>
[CollectionDefinition(nameof(ServerUnderAttack))]
public sealed class ServerUnderAttackGroup : ICollectionFixture<ServerUnderAttack>;
