using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Sametime.Broker;
using Sametime.Broker.Events;
using Sametime.Compose.Control;
using Sametime.Compose.Observability;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Loop;
using Sametime.Hub;

namespace Sametime.Compose.Hosting;

/// <summary>
/// What every server process has, whichever parts it holds: a data directory taken for its role, settings, logs, the loop, the
/// event plane, an answer to <c>sametime status</c>, and an orderly end at Ctrl-C or SIGTERM.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // A broker that is away must not keep the rest of a status answer away.
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromSeconds(2);

    private readonly string _role;
    private readonly List<IPart> _parts = [];
    private readonly List<IDisposable> _locks = [];
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StatusServer _status;
    private readonly ILogger _log;

    /// <summary>Opens everything; nothing listens yet.</summary>
    /// <param name="role">What this process is called: up, hub, edge, services.</param>
    /// <param name="roles">
    /// What it holds, each of which only one process of a data directory may hold. The first of them numbers its starts: a hub has one
    /// row of numbers in its directory, whether it runs alone or with others in a process.
    /// </param>
    /// <param name="data">Where it keeps everything.</param>
    /// <param name="settings">Its settings.</param>
    public ServerProcess(string role, IReadOnlyList<string> roles, DataDirectory data, ServerSettings settings)
    {
        (_role, Data, Settings) = (role, data, settings);
        data.Create();
        foreach (var held in roles)
        {
            _locks.Add(data.Lock(held));
        }

        Logs = ProgramLog.Create(settings.Get<LogOptions>("Log"));
        _log = Logs.CreateLogger("Sametime");
        foreach (var (setting, value) in settings.Configuration.GetSection("Unsafe").AsEnumerable().Where(pair => pair.Value is not null))
        {
            PartLog.UnsafeSetting(_log, setting, value);
        }

        Loop = new EventLoop($"sametime {role}", e => PartLog.LoopFault(_log, e));
        Events = EventPlanes.Create(settings.Get<BrokerOptions>("Broker"), settings.Get<EventPlaneOptions>("Events"), TimeProvider.System, Logs);
        Incarnation = IncarnationFile.Next(data.File($"{roles[0]}.incarnation"));
        Source = new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation);
        Publisher = HoldsHub(roles) ? Events.CreatePublisher(Source) : Events.CreatePublisher(Source, EventStreamName.Process(roles[0], Guid.NewGuid()));
        _status = new StatusServer(data, role, AnswerAsync, TimeProvider.System, _log);
    }

    public DataDirectory Data { get; }

    public ServerSettings Settings { get; }

    public ILoggerFactory Logs { get; }

    public EventLoop Loop { get; }

    public EventPlane Events { get; }

    /// <summary>Who states the facts of this process.</summary>
    public EventSource Source { get; }

    /// <summary>Where all parts of this process state their facts: two publishers would give the same numbers twice.</summary>
    public IEventPublisher Publisher { get; }

    /// <summary>How many times this role has started in this data directory.</summary>
    public uint Incarnation { get; }

    /// <summary>Adds a part and starts it on the loop; parts are stopped in the opposite order.</summary>
    public async Task<T> AddAsync<T>(T part)
        where T : IPart
    {
        _parts.Add(part);
        await OnLoopAsync(() =>
        {
            part.Start();
            return true;
        });
        return part;
    }

    /// <summary>Runs a function on the loop and comes back with its result, or its exception.</summary>
    public Task<T> OnLoopAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Says that it is ready, then waits for the end and brings it about in order.</summary>
    public async Task<int> RunAsync(IPEndPoint? readyOn, CancellationToken stop)
    {
        _status.Start();
        await using var observability = await ObservabilityServer.StartAsync(
            Settings.Get<ObservabilityOptions>("Observability"), _role, () => OnLoopAsync(CheckHealth), Logs);
        if (observability?.Address is { } address)
        {
            PartLog.Observable(_log, address);
        }

        Console.WriteLine(readyOn is null ? $"sametime {_role} ready" : $"sametime {_role} ready on {readyOn}");
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using var cancelled = stop.Register(() => End(ExitCode.Success));
        var exitCode = await _end.Task;
        PartLog.Stopping(_log, _role);
        return exitCode;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            End(ExitCode.Success);
        }
    }

    /// <summary>Brings the process to its orderly end, with this exit code unless it is ending already. From any thread.</summary>
    public void End(int exitCode) => _end.TrySetResult(exitCode);

    public async ValueTask DisposeAsync()
    {
        await _status.DisposeAsync();
        foreach (var part in _parts.AsEnumerable().Reverse())
        {
            await (await OnLoopAsync(part.StopAsync));
        }

        // Who listens on the plane stays until he has heard how it ended.
        await TellAsync();
        foreach (var part in _parts.AsEnumerable().Reverse())
        {
            await part.DisposeAsync();
        }

        await Events.DisposeAsync();
        Loop.Dispose();
        Logs.Dispose();
        foreach (var held in _locks)
        {
            held.Dispose();
        }
    }

    // On a broker what was stated waits for who listens; in memory it is gone with him.
    private async Task TellAsync()
    {
        if (Settings.Get<BrokerOptions>("Broker").Uri.Length > 0)
        {
            return;
        }

        using var patience = new CancellationTokenSource(Settings.Get<EventPlaneOptions>("Events").StopTimeout);
        try
        {
            await Publisher.FlushAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The plane says itself what it could not carry.
        }
    }

    // A hub's own stream is named after it; of other processes there may be several with the same numbers.
    private static bool HoldsHub(IReadOnlyList<string> roles) => roles[0] == "hub";

    private IReadOnlyDictionary<string, Health> CheckHealth() => _parts.ToDictionary(part => part.Name, part => part.CheckHealth());

    // What no part does is a question about the state: an older program answers a newer one's words so.
    private async Task<JsonObject> AnswerAsync(string question, CancellationToken stop)
    {
        if (await OnLoopAsync(() => _parts.Select(part => part.Do(question)).FirstOrDefault(answer => answer is not null)) is { } done)
        {
            return done;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(BrokerPatience);
        var backlogs = await Events.MeasureAsync(patience.Token);
        return await OnLoopAsync(() => Describe(StatusQuestion.Parse(question), EventsStatus.Describe(Events, backlogs)));
    }

    private JsonObject Describe(StatusQuestion question, JsonObject events)
    {
        if (question.Collect)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        }

        var answer = new JsonObject
        {
            ["process"] = new JsonObject
            {
                ["pid"] = Environment.ProcessId,
                ["version"] = ProgramVersion.Text,
                ["incarnation"] = Incarnation,
                ["residentBytes"] = Environment.WorkingSet,
                ["managedBytes"] = GC.GetTotalMemory(forceFullCollection: false),
                ["openFiles"] = OpenFiles(),
                ["longestTurnMilliseconds"] = Loop.LongestTurn.TotalMilliseconds,
            },
            ["events"] = events,
        };
        foreach (var part in _parts)
        {
            answer[part.Name] = part.Describe(question.Listings);
        }

        return answer;
    }

    private static int? OpenFiles() => OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : null;
}

/// <summary>A part of the server as a process holds it. Start, Describe, CheckHealth, Do and StopAsync are called on the loop.</summary>
internal interface IPart : IAsyncDisposable
{
    /// <summary>Its name in status answers.</summary>
    string Name { get; }

    void Start();

    /// <summary>Its state as JSON, with everything it could list one by one only if asked for.</summary>
    JsonNode Describe(bool listings);

    /// <summary>Does what the owner of the data directory asks for in words; null when that is nothing this part does.</summary>
    JsonObject? Do(string words) => null;

    /// <summary>Whether it can do its work now.</summary>
    Health CheckHealth();

    /// <summary>Stops taking new work and ends what there is, in order.</summary>
    Task StopAsync();
}
