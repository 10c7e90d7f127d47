using RabbitMQ.Client;
using Sametime.Broker;
using Sametime.Contracts.Events;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Servers;
using Xunit;

namespace Sametime.Tests.Contract.Events;

/// <summary>Several processes on a real RabbitMQ, each of them a plane. Every test has names of its own on it.</summary>
[Trait("Needs", "Servers")]
public sealed class RabbitMqEventPlaneTests : EventPlaneContract
{
    private protected override BrokerOptions Broker { get; } = new() { Uri = TestServices.RabbitMq, Prefix = TestServices.NewName() };

    private string Queue => $"sametime.{Broker.Prefix}.events.recorder";

    [Fact]
    public async Task What_one_process_states_another_hears_and_both_have_numbers_of_their_own()
    {
        await using var one = Open();
        await using var other = Open();
        var subscriber = new RecordingSubscriber();
        other.Subscribe("recorder", subscriber);
        other.CreatePublisher(new EventSource(2, 1)).TryPublish(new GroupRemoved("other"));
        await subscriber.NextAsync(1, Stop);

        var publisher = one.CreatePublisher(new EventSource(1, 1));
        for (var i = 0; i < 5; i++)
            publisher.TryPublish(new GroupRemoved("one"));

        Assert.Equal([1, 2, 3, 4, 5], (await subscriber.NextAsync(5, Stop)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task What_was_stated_while_a_subscriber_was_away_waits_for_it()
    {
        await using (var first = Open())
        {
            var early = new RecordingSubscriber();
            first.Subscribe("recorder", early);
            first.CreatePublisher(default).TryPublish(new GroupRemoved("0"));
            await early.NextAsync(1, Stop);
        }

        await using (var meanwhile = Open())
        {
            meanwhile.CreatePublisher(new EventSource(1, 1)).TryPublish(new GroupRemoved("1"));
            Assert.Equal(0, await meanwhile.CloseAsync(Stop));
        }

        await using var again = Open();
        var subscriber = new RecordingSubscriber();
        again.Subscribe("recorder", subscriber);
        Assert.Equal(new GroupRemoved("1"), Assert.Single(await subscriber.NextAsync(1, Stop)).Payload);
    }

    [Fact]
    public async Task Of_two_processes_with_one_name_one_is_given_the_events_and_the_other_takes_over()
    {
        await using var second = Open();
        var (early, late) = (new RecordingSubscriber(), new RecordingSubscriber());
        var publisher = second.CreatePublisher(default);
        await using (var first = Open())
        {
            first.Subscribe("recorder", early);
            first.CreatePublisher(new EventSource(1, 1)).TryPublish(new GroupRemoved("0"));
            await early.NextAsync(1, Stop);
            second.Subscribe("recorder", late);
            for (var i = 0; i < 20; i++)
            {
                publisher.TryPublish(new GroupRemoved("g"));
                Assert.Equal(i + 1, Assert.Single(await early.NextAsync(1, Stop)).Sequence);
            }
        }

        publisher.TryPublish(new GroupRemoved("g"));
        Assert.Equal(21, Assert.Single(await late.NextAsync(1, Stop)).Sequence);
        Assert.Empty(late.Untaken());
    }

    [Fact]
    public async Task A_poison_event_lies_in_the_error_queue_alone_and_can_be_tried_again_from_there()
    {
        await using var plane = Open();
        var subscriber = new RecordingSubscriber { Poison = e => e.Sequence == 2 };
        plane.Subscribe("recorder", subscriber);
        var publisher = plane.CreatePublisher(default);
        for (var i = 0; i < 3; i++)
            publisher.TryPublish(new GroupRemoved($"g{i}"));
        Assert.Equal([1, 3], (await subscriber.NextAsync(2, Stop)).Select(e => e.Sequence));
        await BacklogAsync(plane, backlog => backlog.Errors == 1);

        await using var connection = await new ConnectionFactory { Uri = new Uri(Broker.Uri) }.CreateConnectionAsync(Stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Stop);
        var poison = await channel.BasicGetAsync($"{Queue}_error", autoAck: true, Stop);
        var text = System.Text.Encoding.UTF8.GetString(poison!.Body.Span);
        Assert.Contains("g1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("g0", text, StringComparison.Ordinal);
        Assert.Contains(poison.BasicProperties.Headers!, header => header.Key == "MT-Fault-Message");

        // A declaration with other bounds than those is refused by the broker. MassTransit takes the rest over from the queue beside it.
        var bounds = new Dictionary<string, object?>
        {
            ["x-max-length"] = Options.ErrorsMax,
            ["x-expires"] = (long)Options.SubscriberLifetime.TotalMilliseconds,
            ["x-single-active-consumer"] = true,
        };
        await channel.QueueDeclareAsync($"{Queue}_error", durable: true, exclusive: false, autoDelete: false, bounds, cancellationToken: Stop);

        subscriber.Poison = _ => false;
        await channel.BasicPublishAsync("", Queue, mandatory: true, new BasicProperties(poison.BasicProperties), poison.Body, Stop);
        Assert.Equal(2, Assert.Single(await subscriber.NextAsync(1, Stop)).Sequence);
    }

    [Fact]
    public async Task Everything_on_the_broker_bears_the_name_of_the_community_and_queues_have_bounds()
    {
        await using var plane = Open();
        var subscriber = new RecordingSubscriber();
        plane.Subscribe("recorder", subscriber);
        plane.CreatePublisher(default).TryPublish(new GroupRemoved("g"));
        await subscriber.NextAsync(1, Stop);

        // A declaration with other properties than those is refused by the broker.
        await using var connection = await new ConnectionFactory { Uri = new Uri(Broker.Uri) }.CreateConnectionAsync(Stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Stop);
        var arguments = new Dictionary<string, object?>
        {
            ["x-max-length"] = Options.SubscriberBatchesMax,
            ["x-expires"] = (long)Options.SubscriberLifetime.TotalMilliseconds,
            ["x-single-active-consumer"] = true,
        };
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Stop);
        await channel.ExchangeDeclareAsync($"sametime.{Broker.Prefix}.events", ExchangeType.Fanout, durable: true, cancellationToken: Stop);
    }
}
