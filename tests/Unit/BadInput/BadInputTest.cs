using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Edge.Clients;
using Sametime.Tests.Kit.Clients;
using Xunit;

namespace Sametime.Tests.Unit.BadInput;

/// <summary>A test over a real socket against the whole server; after each the innocent users are heard.</summary>
[Collection(nameof(ServerUnderAttack))]
public abstract class BadInputTest(ServerUnderAttack server) : IAsyncLifetime
{
    private readonly List<RawClient> _clients = [];

    protected ServerUnderAttack Server => server;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await server.InnocentsTalkAsync();
        _clients.ForEach(static client => client.Dispose());
    }

    /// <summary>
    /// The server has the connection, and keeps it until a time is over: then it closes it without a word and counts it as one that has said
    /// nothing. How long that is, to the second: LimitTableTests.
    /// </summary>
    private protected async Task IsKeptAndThenClosedAsync(RawClient client, ClientState state, Func<Task>? meanwhile = null)
    {
        var before = await server.EdgeAsync(static edge => edge.Counters.ClosedUnspoken);
        await server.HasAsync(state);
        await server.InnocentsTalkAsync();
        var reading = client.ReadToEndAsync();
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        Assert.Empty(await reading);
        Assert.Equal(1, await server.EdgeAsync(edge => edge.Counters.ClosedUnspoken) - before);
    }

    protected async Task<RawClient> ConnectAsync(int? receiveBytes = null)
    {
        var client = await server.ConnectAsync(receiveBytes);
        _clients.Add(client);
        return client;
    }

    protected async Task<RawClient> ShakeAsync()
    {
        var client = await ConnectAsync();
        await client.HandshakeAsync();
        return client;
    }

    protected async Task<RawClient> LogInAsync(string name = "mallory") => await (await ConnectAsync()).LogInAsync(name, ServerUnderAttack.Password);

    /// <summary>A session that is asked something and answers it is open, and has handled all that was sent before.</summary>
    protected static async Task StaysAsync(RawClient client)
    {
        await client.SendAsync(new SenseService(ServiceTypes.Resolve));
        await client.ExpectAsync<SenseService>();
    }

    protected static async Task OpenAsync(RawClient client, ServiceType service, ProtocolType protocol, uint version, uint channel)
    {
        await client.SendAsync(To(service, protocol, version, channel));
        await client.ExpectAsync<ChannelAccept>(channel);
    }

    protected static ChannelCreate To(ServiceType service, ProtocolType protocol, uint version, uint channel) => new()
    {
        Channel = new ChannelId(channel),
        Service = service,
        Protocol = protocol,
        Version = version,
    };
}
