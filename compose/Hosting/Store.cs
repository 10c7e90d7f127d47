using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Hub;
using Sametime.Services.Providers;
using Sametime.Services.Providers.ChatLog;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Outbox;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Views;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Compose.Hosting;

/// <summary>
/// What a community keeps: the directory, privacy lists, values of users, and the events they are folded from. In the embedded store or on
/// PostgreSQL, as Store:Kind says; servers and commands come here alike.
/// </summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly IAsyncDisposable _events;
    private readonly Action<StoredEvent> _beforeForward;
    private readonly Func<OutboxOptions, IOutbox> _outbox;
    private readonly Func<CancellationToken, Task> _makeViews;
    private readonly ServerSettings _settings;
    private readonly ILoggerFactory _logs;
    private EventForwarder? _forwarder;

    private Store(SqliteEventStore events, SqliteUserDirectory directory, DataDirectory data, ServerSettings settings, ILoggerFactory logs)
    {
        (_events, _settings, _logs, Directory, Log) = (events, settings, logs, directory, events);
        ChatLines = new SqliteChatLines(events, TimeProvider.System);
        ChatLog = new EventChatLog(events, events, ChatLines, ChatLogLimits(settings), TimeProvider.System);
        LegalHolds = new LegalHolds(events, TimeProvider.System);
        (Events, Checks) = (events, events);
        Retention = RetentionOf(new SqliteRetention(events));
        Privacy = new SqlitePrivacy(events);
        UserStorage = new SqliteUserStorage(events, Limits(settings));
        _outbox = options => new SqliteOutbox(events, options, TimeProvider.System);
        Persons = new SqlitePersonalData(events, directory, data.IsServed);
        _beforeForward = stored => directory.Notice(stored.Envelope);
        _makeViews = stop => AnalystViews.EnsureAsync(events, stop);
    }

    private Store(MartenEventStore events, string plane, ServerSettings settings, ILoggerFactory logs)
    {
        (_events, _settings, _logs, Log) = (events, settings, logs, events);
        ChatLines = new MartenChatLines(events, TimeProvider.System);
        ChatLog = new EventChatLog(events, events, ChatLines, ChatLogLimits(settings), TimeProvider.System);
        LegalHolds = new LegalHolds(events, TimeProvider.System);
        (Events, Checks) = (events, events);
        Retention = RetentionOf(new MartenRetention(events));
        Directory = new MartenUserDirectory(events, settings.Get<DirectoryLimits>("Directory"));
        Privacy = new MartenPrivacy(events);
        UserStorage = new MartenUserStorage(events, Limits(settings));
        _outbox = options => new MartenOutbox(events, plane, options);
        Persons = new MartenPersonalData(events);
        _beforeForward = static _ => { }; // nothing is remembered that could be behind
        _makeViews = stop => AnalystViews.EnsureAsync(events, stop);
    }

    /// <summary>All facts there are.</summary>
    public IEventStore Events { get; }

    public ICommunityDirectory Directory { get; }

    /// <summary>Everything that was ever stated and recorded.</summary>
    public IEventLog Log { get; }

    /// <summary>Who is in it, and how they are forgotten.</summary>
    public IPersonalData Persons { get; }

    /// <summary>What an operator has it do.</summary>
    public IStoreCheck Checks { get; }

    /// <summary>Removes what is past its time.</summary>
    public EventRetention Retention { get; }

    public IPrivacyProvider Privacy { get; }

    public IUserStorageProvider UserStorage { get; }

    public IChatLogProvider ChatLog { get; }

    /// <summary>What lies under <see cref="ChatLog"/>, to verify it.</summary>
    public IChatLines ChatLines { get; }

    public ILegalHoldAdministration LegalHolds { get; }

    /// <summary>Whether there is a store already, as far as can be told without making one.</summary>
    public static bool Exists(DataDirectory data, ServerSettings settings) => KindOf(settings) == StoreKind.Postgres || File.Exists(data.StoreFile);

    /// <summary>Opens the store; whether it is made where there is none, Store:CreateTables says.</summary>
    /// <param name="data">The folder of the process.</param>
    /// <param name="settings">Which store, where it is, and its bounds.</param>
    /// <param name="source">Written into its events.</param>
    /// <param name="logs">Where it says what it meets.</param>
    /// <param name="stop">Gives up.</param>
    public static Task<Store> OpenAsync(DataDirectory data, ServerSettings settings, EventSource source, ILoggerFactory logs, CancellationToken stop) =>
        OpenAsync(data, settings, source, logs, settings.Get<StoreOptions>("Store").MayCreateTables, stop);

    /// <summary>Opens the store for an operator who asked for it to be made or brought up to date, with the views of docs/analysts.md.</summary>
    /// <param name="data">The folder of the process.</param>
    /// <param name="settings">Which store, where it is, and its bounds.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<Store> MakeAsync(DataDirectory data, ServerSettings settings, CancellationToken stop)
    {
        var source = new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation: 0);
        var store = await OpenAsync(data, settings, source, NullLoggerFactory.Instance, createTables: true, stop);
        try
        {
            await store._makeViews(stop);
            return store;
        }
        catch (Exception failure)
        {
            await store.DisposeAsync();
            if (failure is StoreException)
            {
                throw new CommandException(ExitCode.Failure, failure.Message);
            }

            throw;
        }
    }

    private static async Task<Store> OpenAsync(
        DataDirectory data, ServerSettings settings, EventSource source, ILoggerFactory logs, bool createTables, CancellationToken stop)
    {
        try
        {
            return KindOf(settings) == StoreKind.Postgres
                ? new Store(
                    await MartenEventStore.OpenAsync(
                        settings.Get<PostgresOptions>("Postgres"), StoreKeyFile.Read(data, settings), Subjects(settings), source, TimeProvider.System, stop,
                        createTables),
                    PlaneOf(data, settings), settings, logs)
                : OpenEmbedded(data, settings, source, logs, createTables);
        }
        catch (StoreException e)
        {
            throw new CommandException(ExitCode.Failure, e.Message);
        }
    }

    /// <summary>Makes the views of docs/analysts.md, or makes them anew.</summary>
    public Task MakeViewsAsync(CancellationToken stop) => _makeViews(stop);

    /// <summary>Passes every stored fact on to the event plane from now on, until the store is closed.</summary>
    public async Task ForwardAsync(IEventPublisher plane, CancellationToken stop)
    {
        var options = _settings.Get<OutboxOptions>("Outbox");
        try
        {
            _forwarder = await EventForwarder.StartAsync(
                _outbox(options), plane, _beforeForward, options, TimeProvider.System, _logs.CreateLogger<EventForwarder>(), stop);
        }
        catch (StoreException e)
        {
            throw new CommandException(ExitCode.Failure, e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_forwarder is not null)
        {
            await _forwarder.DisposeAsync();
        }

        await Directory.DisposeAsync();
        await _events.DisposeAsync();
    }

    private static Store OpenEmbedded(DataDirectory data, ServerSettings settings, EventSource source, ILoggerFactory logs, bool createTables)
    {
        if (!createTables && !File.Exists(data.StoreFile))
            throw new StoreUnavailableException($"There is no store in {data.Path}: sametime store init makes one.");
        var options = settings.Get<SqliteStoreOptions>("Store");
        options.DataDirectory = data.Path;
        var events = SqliteEventStore.Open(options, StoreKeyFile.Read(data, settings), Subjects(settings), source, TimeProvider.System, createTables);
        var directory = SqliteUserDirectory.Open(events, settings.Get<DirectoryLimits>("Directory"), TimeProvider.System, logs.CreateLogger<SqliteUserDirectory>());
        return new Store(events, directory, data, settings, logs);
    }

    private EventRetention RetentionOf(IRetention store) => new(store, Events, Log, LegalHolds, _settings.Get<RetentionOptions>("Retention"), TimeProvider.System);

    private static StoreKind KindOf(ServerSettings settings) => settings.Get<StoreOptions>("Store").Kind;

    private static ChatLogLimits ChatLogLimits(ServerSettings settings) => settings.Get<ChatLogLimits>("ChatLog:Limits");

    private static SubjectOptions Subjects(ServerSettings settings) => settings.Get<SubjectOptions>("Subjects");

    private static UserStorageLimits Limits(ServerSettings settings) => settings.Get<UserStorageLimits>("UserStorage:Limits");

    // A broker carries one plane for all processes, and one of them forwards to it; without one each process has a plane of its own.
    private static string PlaneOf(DataDirectory data, ServerSettings settings)
    {
        var broker = settings.Get<BrokerOptions>("Broker");
        return broker.Uri.Length > 0 ? $"broker {broker.Prefix}" : $"{Environment.MachineName} {data.Path}";
    }
}
