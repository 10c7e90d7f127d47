using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Hub;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>
/// A whole community in this process on real sockets: a hub, Edges, server applications and the embedded store, each on a thread of its
/// own, linked by TCP. Any part can be killed; what a part throws fails the test at the end.
/// </summary>
internal sealed class TestCommunity : IAsyncDisposable
{
    public const string Password = "a password nobody else has";

    public static readonly byte[] Key = Encoding.UTF8.GetBytes("the key of this community");


    private readonly string _folder;
    private readonly List<Part> _parts = [];
    private readonly List<IAsyncDisposable> _others = [];
    private readonly List<Exception> _faults = [];
    private readonly EventPlane _plane;
    private readonly Store _store;
    private readonly HashGate _gate;

    private TestCommunity(CommunityPlan plan, string folder, Store store)
    {
        (Plan, _folder, _store) = (plan, folder, store);
        var events = new EventPlaneOptions { FlushInterval = TimeSpan.FromMilliseconds(1) };
        _plane = new EventPlane(events, new DirectCarrier(events), TimeProvider.System, NullLogger<EventPlane>.Instance);
        Facts = new FactRecorder(_plane);
        Publisher = _plane.CreatePublisher(new EventSource(plan.Hub.Number, 1));
        _gate = new HashGate(plan.Passwords, TimeProvider.System);
        var data = new DataDirectory(folder);
        Tokens = new TokenParts(
            data, ServerSettings.Load(data, SettingOverrides.Split([])), store.Directory, store.Events, Publisher, plan.OtherTokens, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public CommunityPlan Plan { get; }

    /// <summary>What makes and checks tokens here.</summary>
    public TokenParts Tokens { get; }

    /// <summary>Every fact stated since the start.</summary>
    public FactRecorder Facts { get; }

    public IEventPublisher Publisher { get; }

    public HubPart Hub { get; private set; } = null!;

    /// <summary>The first Edge.</summary>
    public EdgePart Edge { get; private set; } = null!;

    /// <summary>The application with all services, unless the plan wants them otherwise.</summary>
    public ApplicationPart Services { get; private set; } = null!;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts a hub, the services in one application, one Edge, and the users alice, bob and carol.</summary>
    public static async Task<TestCommunity> StartAsync(CommunityPlan? plan = null)
    {
        var data = new DataDirectory(Directory.CreateTempSubdirectory("community-tests").FullName);
        data.Create();
        var store = await Store.OpenAsync(
            data, ServerSettings.Load(data, SettingOverrides.Split([])), new EventSource(Hub: 1, Incarnation: 1), NullLoggerFactory.Instance, Stop);
        var community = new TestCommunity(plan ?? new CommunityPlan(), data.Path, store);
        await community.AddUserAsync("alice", "Alice Example", "asmith");
        await community.AddUserAsync("bob", "Bob Example");
        await community.AddUserAsync("carol", "Carol Example");
        community.Hub = await HubPart.StartAsync(community);
        foreach (var group in community.Plan.Apart ? community.AllServices().Select(service => new[] { service }) : [community.AllServices()])
            community.Services = await community.AddApplicationAsync($"services-{group[0].GetType().Name}", group);
        if (community.Plan.StartsEdge)
            community.Edge = await community.AddEdgeAsync(community.Plan.EdgeName);
        return community;
    }

    /// <summary>Adds an Edge at the hub, behind another Edge, or wherever a relay leads.</summary>
    public Task<EdgePart> AddEdgeAsync(string name, EdgePart? behind = null, TcpRelay? via = null) =>
        EdgePart.StartAsync(this, name, via?.EndPoint ?? behind?.LinkEndPoint ?? Hub.LinkEndPoint);

    public Task<ApplicationPart> AddApplicationAsync(string name, params IService[] services) => AddApplicationAsync(name, via: null, services);

    public Task<ApplicationPart> AddApplicationAsync(string name, TcpRelay? via, params IService[] services) =>
        ApplicationPart.StartAsync(this, name, via?.EndPoint ?? Hub.LinkEndPoint, services);

    /// <summary>A relay that goes with the community.</summary>
    public TcpRelay AddRelay(IPEndPoint target, IPAddress? from = null, Random? delays = null)
    {
        var relay = new TcpRelay(target, from, delays);
        _others.Add(relay);
        return relay;
    }

    public async Task AddUserAsync(string id, string displayName, params string[] aliases)
    {
        await using var book = new AccountBook(_store, new PasswordHasher(Plan.Passwords), ownsStore: false);
        await book.AddUserAsync(new UserRecord(new UserId(id), displayName, [.. aliases], HomeHub: Plan.Home), Password, Stop);
    }

    public async Task SetHomeAsync(string id, string home)
    {
        await using var book = new AccountBook(_store, new PasswordHasher(Plan.Passwords), ownsStore: false);
        await book.SetHomeAsync(id, home, Stop);
    }

    /// <summary>What this community's own store holds for a user; null for nothing.</summary>
    public async Task<Opaque?> StoredAsync(string user, uint key)
    {
        var found = await _store.UserStorage.LoadAsync(new UserId(user), [key], Stop);
        return found.Count == 0 || found[0].Value.Length == 0 ? null : found[0].Value;
    }

    public async Task<CommunityClient> LogInAsync(string name, EdgePart? at = null, string? from = null, IPEndPoint? via = null)
    {
        var address = from is null ? null : IPAddress.Parse(from);
        var client = await CommunityClient.LogInAsync(via ?? (at ?? Edge).EndPoint, name, name.Length == 0 ? "" : Password, Stop, address);
        _others.Add(client);
        return client;
    }

    public async Task<CommunityClient> ConnectAsync(EdgePart? at = null)
    {
        var client = await CommunityClient.ConnectAsync((at ?? Edge).EndPoint, from: null, Stop);
        _others.Add(client);
        return client;
    }

    /// <summary>Waits for something to become true of the hub.</summary>
    public Task UntilAsync(Func<HubCore, bool> isSo, string what) => UntilAsync(() => Hub.AskAsync(isSo), what);

    public static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Waits.Patience);
        using var note = Waits.For(what);
        while (!await isSo().ForAsync($"an answer whether {what}", Stop))
        {
            Assert.False(patience.IsCancellationRequested && !Stop.IsCancellationRequested, $"It never came about that {what}.");
            await Task.Delay(5, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others.AsEnumerable().Reverse())
            await other.DisposeAsync();
        foreach (var part in _parts.AsEnumerable().Reverse())
            part.Kill();
        await _plane.DisposeAsync();
        Tokens.Dispose();
        await _store.DisposeAsync();
        _gate.Dispose();
        Directory.Delete(_folder, recursive: true);
        lock (_faults)
            Assert.Empty(_faults);
    }

    public T Add<T>(T part)
        where T : Part
    {
        _parts.Add(part);
        return part;
    }

    public void OnFault(Exception fault)
    {
        lock (_faults)
            _faults.Add(fault);
    }

    private IService[] AllServices() => ServiceSet.Of(_store, Plan, Publisher, _gate, Plan.TokensOf?.Tokens ?? Tokens);
}
