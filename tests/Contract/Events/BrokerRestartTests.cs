using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Broker.Events;
using Sametime.Contracts.Events;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Servers;
using Xunit;

namespace Sametime.Tests.Contract.Events;

/// <summary>A RabbitMQ of the class, killed and started while facts are stated; each test has its own names there.</summary>
[Trait("Needs", "Servers")]
public sealed class BrokerRestartTests(BrokerRestartTests.OwnBroker broker) : IClassFixture<BrokerRestartTests.OwnBroker>, IAsyncLifetime
{
    private readonly string _prefix = TestServices.NewName();
    private readonly EventPlaneOptions _options = new()
    {
        FlushInterval = TimeSpan.FromMilliseconds(1),
        BatchEventsMax = 10,
        PublishTimeout = TimeSpan.FromSeconds(2),
        StopTimeout = TimeSpan.FromSeconds(60),
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private OwnServices Services => broker.Services;

    private BrokerOptions Broker => new()
    {
        Uri = Services.RabbitMq, Prefix = _prefix, RetryDelayMin = TimeSpan.FromMilliseconds(100), RetryDelayMax = TimeSpan.FromSeconds(1),
    };

    // The test before may have left it dead.
    public async ValueTask InitializeAsync() => await Services.StartAgainAsync(OwnServices.Broker, Stop);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_broker_that_is_killed_while_facts_are_stated_costs_none_and_none_is_handled_twice()
    {
        const int facts = 3_000;
        await using var listening = Open();
        await using var stating = Open();
        var subscriber = new RecordingSubscriber();
        listening.Subscribe("recorder", subscriber);
        listening.CreatePublisher(new EventSource(9, 9)).TryPublish(new GroupRemoved("first"));
        await subscriber.NextAsync(1, Stop);

        // The next facts are stated as the earlier ones arrive, so that the broker is killed in the middle of them.
        var publisher = stating.CreatePublisher(new EventSource(1, 1));
        var stated = 0;
        while (stated < facts / 3)
            Assert.True(publisher.TryPublish(new GroupRemoved($"{++stated}")));
        var heard = await subscriber.NextAsync(100, Stop);
        await Services.KillAsync(OwnServices.Broker, Stop);
        while (stated < 2 * facts / 3)
            Assert.True(publisher.TryPublish(new GroupRemoved($"{++stated}")));
        await Services.StartAgainAsync(OwnServices.Broker, Stop);
        while (stated < facts)
            Assert.True(publisher.TryPublish(new GroupRemoved($"{++stated}")));

        Assert.Equal(0, await stating.CloseAsync(Stop));
        heard.AddRange(await subscriber.NextAsync(facts - heard.Count, Stop));
        Assert.Equal(Enumerable.Range(1, facts).Select(i => (long)i), heard.Select(e => e.Sequence));
        Assert.Equal(0, stating.Dropped);
    }

    [Fact]
    public async Task A_process_that_starts_before_the_broker_states_and_hears_when_it_is_there()
    {
        await Services.KillAsync(OwnServices.Broker, Stop);
        await using var plane = Open();
        var subscriber = new RecordingSubscriber();
        plane.Subscribe("recorder", subscriber);
        Assert.True(plane.CreatePublisher(default).TryPublish(new GroupRemoved("g")));
        Assert.Null((await plane.MeasureAsync(Stop)).Single().Waiting);

        await Services.StartAgainAsync(OwnServices.Broker, Stop);

        // Whoever has no queue yet is owed nothing that was stated before; from then on, everything.
        var publisher = plane.CreatePublisher(new EventSource(2, 2));
        var next = subscriber.NextAsync(1, Stop);
        while (!next.IsCompleted)
        {
            publisher.TryPublish(new GroupRemoved("now"));
            await plane.MeasureAsync(Stop);
        }

        Assert.NotEmpty(await next);
    }

    [Fact]
    public async Task A_process_that_ends_while_the_broker_is_away_ends_in_its_time_and_knows_what_was_lost()
    {
        await Services.KillAsync(OwnServices.Broker, Stop);
        await using var plane = Open();
        plane.CreatePublisher(default).TryPublish(new GroupRemoved("g"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        Assert.Equal(1, await plane.CloseAsync(patience.Token));
    }

    private EventPlane Open() => EventPlanes.Create(Broker, _options, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>The broker, which takes seconds to start the first time.</summary>
    public sealed class OwnBroker : IAsyncLifetime
    {
        public OwnServices Services { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Services = await OwnServices.StartAsync(OwnServices.Broker, Stop);

        public ValueTask DisposeAsync() => Services.DisposeAsync();
    }
}
