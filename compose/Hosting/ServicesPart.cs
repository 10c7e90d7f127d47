using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Sametime.Compose.Observability;
using Sametime.Compose.Providers;
using Sametime.Compose.Settings;
using Sametime.Contracts.Link;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Services.Browsing;
using Sametime.Services.BuddyList;
using Sametime.Services.ChatLogging;
using Sametime.Services.Logger;
using Sametime.Services.Privacy;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Resolve;
using Sametime.Services.Users;
using Sametime.Services.Users.Passwords;
using Sametime.Services.UserStorage;

namespace Sametime.Compose.Hosting;

/// <summary>
/// All services of the community as one server application on one link. How services are grouped is
/// decided here and nowhere else.
/// </summary>
internal sealed class ServicesPart : IPart
{
    private readonly string _name;
    private readonly ServerApplication _application;
    private readonly ILinkConnector _connector;
    private readonly Store _store;
    private readonly HashGate _gate;
    private readonly CommunityProviders _providers;
    private readonly TokenParts _tokens;
    private readonly List<IAsyncDisposable> _subscriptions = [];

    /// <param name="process">The process it lives in.</param>
    /// <param name="store">What the services keep their data in; closed with this part.</param>
    /// <param name="dialer">How the hub is reached.</param>
    /// <param name="key">The key of the community's links.</param>
    /// <param name="upstream">What the hub is called in logs.</param>
    public ServicesPart(ServerProcess process, Store store, ILinkDialer dialer, byte[] key, string upstream)
    {
        var settings = process.Settings;
        var events = process.Publisher;
        _name = settings.Get<ServicesOptions>("Services").Name;
        _store = store;

        var passwords = settings.Get<PasswordOptions>("Passwords");
        _gate = new HashGate(passwords, TimeProvider.System);
        var verifiers = new VerifierCache(passwords, TimeProvider.System);
        _providers = new CommunityProviders(process.Data, settings, store, TimeProvider.System, process.Logs);
        _tokens = new TokenParts(process.Data, settings, _providers.Directory, _store.Events, events, _providers.Tokens, TimeProvider.System, process.Logs);
        var hashed = new HashedPasswords(
            _store.Directory, _store.Directory, new PasswordHasher(passwords), _gate, verifiers, process.Logs.CreateLogger<HashedPasswords>());
        var users = new UsersService(
            [
                new PasswordAuthenticationProvider(
                    _providers.PasswordsWith(hashed),
                    new PasswordThrottle(passwords, TimeProvider.System), new AddressTurns(passwords), events, passwords, TimeProvider.System,
                    process.Logs.CreateLogger<PasswordAuthenticationProvider>()),
                _tokens.Door,
            ],
            settings.Get<UsersOptions>("Users"), process.Logs.CreateLogger<UsersService>());

        var chatLogging = settings.Get<ChatLogOptions>("ChatLog");
        var chatPolicies = new ChatLogPolicies(_store.ChatLog, chatLogging, process.Logs.CreateLogger<ChatLogPolicies>());

        var log = process.Logs.CreateLogger<ServicesPart>();
        _connector = new LinkConnector(
            process.Loop, dialer, new LinkIdentity(LinkRole.Application, _name), key, settings.Get<LinkOptions>("Link"),
            new Random(Environment.ProcessId), failure => PartLog.LinkFailed(log, upstream, failure.Why));
        _application = new ServerApplication(process.Loop, _connector, settings.Get<ServerApplicationOptions>("Applications"), process.Logs.CreateLogger<ServerApplication>())
            .Host(users)
            .Host(_tokens.Service)
            .Host(new DirectoryService(
                _providers.Books, _providers.Directory, _providers.Groups, _providers.Resolve, settings.Get<BrowsingOptions>("Browsing"),
                process.Logs.CreateLogger<DirectoryService>()))
            .Host(new ResolveService(_providers.Resolve, settings.Get<ResolveOptions>("Resolve"), process.Logs.CreateLogger<ResolveService>()))
            .Host(new PrivacyService(_providers.Privacy, settings.Get<PrivacyOptions>("Privacy"), process.Logs.CreateLogger<PrivacyService>()))
            .Host(new UserStorageService(_providers.UserStorage, settings.Get<UserStorageOptions>("UserStorage"), process.Logs.CreateLogger<UserStorageService>()))
            .Host(new BuddyListService(_providers.Groups, events, settings.Get<BuddyListOptions>("BuddyList"), process.Logs.CreateLogger<BuddyListService>()))
            .Host(new ChatLoggingService(_store.ChatLog, chatPolicies, chatLogging, process.Logs.CreateLogger<ChatLoggingService>()));

        if (_providers.Watch is { } watch)
            _application.Host(watch);

        // Every process that answers for users must hear for itself who was removed, and how conversations are logged, so each has names of its own.
        var node = NodeFile.ReadOrMake(process.Data.File("node"));
        _subscriptions.Add(process.Events.Subscribe($"users.{node}", users));
        _subscriptions.Add(process.Events.Subscribe($"chatlog.{node}", chatPolicies));

        _subscriptions.Add(new RetentionSchedule(
            _store.Retention, settings.Get<RetentionOptions>("Retention").Interval, TimeProvider.System, process.Logs.CreateLogger<RetentionSchedule>()));

        var logger = settings.Get<LoggerOptions>("Logger");
        if (logger.Enabled)
        {
            _subscriptions.Add(process.Events.Subscribe(
                EventLogger.SubscriberName, new EventLogger(_store.Log, logger, TimeProvider.System, process.Logs.CreateLogger<EventLogger>())));
        }
    }

    /// <summary>Opens the store of a process and passes its facts on to the event plane of the process.</summary>
    public static async Task<Store> OpenStoreAsync(ServerProcess process, CancellationToken stop)
    {
        var store = await Store.OpenAsync(process.Data, process.Settings, process.Source, process.Logs, stop);
        try
        {
            await store.ForwardAsync(process.Publisher, stop);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public string Name => "services";

    /// <summary>What the services keep their data in.</summary>
    public Store Store => _store;

    public void Start() => _application.Start();

    public JsonNode Describe(bool listings) => new JsonObject
    {
        ["name"] = _name,
        ["connected"] = _application.IsConnected,
        ["channels"] = _application.ChannelCount,
        ["services"] = new JsonArray([.. _application.Provided.Select(service => JsonValue.Create(service.ToString()))]),
        ["passwordChecksWaiting"] = _gate.Waiting,
    };

    public Health CheckHealth() => _application.IsConnected ? Health.Ready : Health.NotReady("no link to the hub");

    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions)
        {
            await subscription.DisposeAsync();
        }

        await _store.DisposeAsync();
        _tokens.Dispose();
        await _providers.DisposeAsync();
        _gate.Dispose();
    }
}
