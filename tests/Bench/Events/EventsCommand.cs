using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Broker.Events;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Bench.Events;

/// <summary>
/// What a fact costs from whoever states it to one subscriber, both in this process: handed straight over, through MassTransit in memory, and
/// over a real RabbitMQ, with several numbers of facts a batch.
/// </summary>
internal static class EventsCommand
{
    public static async Task<int> RunAsync()
    {
        Console.WriteLine("carrier  | facts a batch | us/fact | CPU us/fact | CPU to straight | ms to the first");
        foreach (var (batch, facts) in new[] { (1, 2_000), (100, 50_000), (1_000, 50_000) })
        {
            var options = new EventPlaneOptions
            {
                BatchEventsMax = batch, QueueEventsMax = 1_000_000, SubscriberBatchesMax = 1_000_000, FlushInterval = TimeSpan.FromMilliseconds(1),
            };
            var straight = await MeasureAsync("straight", () => new EventPlane(options, new DirectCarrier(options), TimeProvider.System, NullLogger<EventPlane>.Instance), batch, facts, null);
            await MeasureAsync("memory", () => Plane(new BrokerOptions(), options), batch, facts, straight);
            await MeasureAsync("rabbitmq", () => Plane(new BrokerOptions { Uri = TestServices.RabbitMq, Prefix = TestServices.NewName() }, options), batch, facts, straight);
        }

        return 0;
    }

    private static EventPlane Plane(BrokerOptions broker, EventPlaneOptions options) =>
        EventPlanes.Create(broker, options, TimeProvider.System, NullLoggerFactory.Instance);

    private static async Task<double> MeasureAsync(string name, Func<EventPlane> make, int batch, int facts, double? straight)
    {
        var begin = Stopwatch.GetTimestamp();
        await using var plane = make();
        var counter = new Counter();
        plane.Subscribe("bench", counter);
        var publisher = plane.CreatePublisher(new EventSource(1, 1));
        await RoundAsync(publisher, counter, facts: 1);
        var first = Stopwatch.GetElapsedTime(begin);
        await RoundAsync(publisher, counter, facts);
        var (cpu, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await RoundAsync(publisher, counter, facts);
        var (took, used) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);

        var each = used.TotalMicroseconds / facts;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-8} | {batch,13} | {took.TotalMicroseconds / facts,7:f1} | {each,11:f1} | {each / (straight ?? each),15:f1} | {first.TotalMilliseconds:f0}"));
        return each;
    }

    private static async Task RoundAsync(IEventPublisher publisher, Counter counter, int facts)
    {
        var all = counter.After(facts);
        for (var i = 0; i < facts; i++)
        {
            if (!publisher.TryPublish(new UserStorageItemSaved(new UserId("alice"), (uint)i, [1, 2, 3, 4])))
                throw new InvalidOperationException("A fact was dropped, so the figures mean nothing.");
        }

        await all;
    }

    /// <summary>Counts what it hears.</summary>
    private sealed class Counter : IEventSubscriber
    {
        private TaskCompletionSource _all = new();
        private int _missing;

        /// <summary>Ends when that many more have been heard.</summary>
        public Task After(int facts)
        {
            (_all, _missing) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), facts);
            return _all.Task;
        }

        public ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
        {
            if (Interlocked.Add(ref _missing, -batch.Count) == 0)
                _all.SetResult();
            return ValueTask.CompletedTask;
        }
    }
}
