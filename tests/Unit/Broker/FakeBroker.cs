using RabbitMQ.Client;
using Sametime.Broker.Links;
using Sametime.Contracts.Loop;

namespace Sametime.Tests.Unit.Broker;

/// <summary>A broker in memory: queues by name, one fanout exchange, confirms. What a test wants to go wrong goes wrong.</summary>
internal sealed class FakeBroker(ILoop loop)
{
    private readonly Dictionary<string, FakeChannel> _queues = [];
    private ulong _queueNumber;

    /// <summary>Connections are refused.</summary>
    public bool IsAway { get; set; }

    /// <summary>Confirmations are kept back, see <see cref="FakeChannel.Confirm"/>.</summary>
    public bool HoldsConfirms { get; set; }

    /// <summary>What becomes of a message: nothing, itself, several.</summary>
    public Func<byte[], IEnumerable<byte[]>> Carries { get; set; } = message => [message];

    /// <summary>Times at which somebody tried to connect.</summary>
    public List<TimeSpan> AttemptedAt { get; } = [];

    public ILoop Loop => loop;

    public IEnumerable<FakeChannel> Channels => _queues.Values;

    /// <summary>A transport for the hub whose names have the prefix.</summary>
    public IBrokerTransport TransportFor(Sametime.Broker.BrokerNames names) => new Transport(this, names);

    public FakeChannel Connect(Sametime.Broker.BrokerNames names, ushort hub, IBrokerChannelHandler handler)
    {
        var channel = new FakeChannel(this, ++_queueNumber, handler);
        _queues.Add(channel.Name = names.QueueOf(new BrokerAddress(hub, channel.Queue)), channel);
        return channel;
    }

    /// <summary>Ends every connection, as when the broker is killed.</summary>
    public void Kill()
    {
        foreach (var channel in _queues.Values.ToArray())
            channel.Lose("killed");
    }

    /// <summary>The process at the other end is dead: its queue is gone, and nothing comes of it.</summary>
    public void Remove(FakeChannel channel) => _queues.Remove(channel.Name);

    public bool Has(FakeChannel channel) => _queues.ContainsKey(channel.Name);

    /// <summary>False: there is no such queue.</summary>
    public bool Deliver(string exchange, string key, byte[] message)
    {
        var to = exchange.Length > 0 ? [.. _queues.Values] : _queues.TryGetValue(key, out var one) ? new[] { one } : [];
        foreach (var channel in to)
        {
            foreach (var carried in Carries(message))
                channel.Post(handler => handler.OnMessage(carried));
        }
        return to.Length > 0;
    }

    private sealed class Transport(FakeBroker broker, Sametime.Broker.BrokerNames names) : IBrokerTransport
    {
        public Task<IBrokerChannel> OpenAsync(ushort hub, IBrokerChannelHandler handler, CancellationToken stop)
        {
            broker.AttemptedAt.Add(broker.Loop.Time.GetElapsedTime(0));
            return broker.IsAway
                ? Task.FromException<IBrokerChannel>(new IOException("no broker there"))
                : Task.FromResult<IBrokerChannel>(broker.Connect(names, hub, handler));
        }
    }
}

/// <summary>A connection to the broker in memory.</summary>
internal sealed class FakeChannel(FakeBroker broker, ulong queue, IBrokerChannelHandler handler) : IBrokerChannel
{
    private readonly Queue<ulong> _unconfirmed = new();
    private ulong _number;
    private bool _isOver;

    public ulong Queue { get; } = queue;

    public string Name { get; set; } = "";

    /// <summary>What was published, and where to; exchange or queue.</summary>
    public List<(string To, byte[] Message)> Published { get; } = [];

    /// <summary>When set, the client has no room until it is completed.</summary>
    public TaskCompletionSource? NoRoom { get; set; }

    public void Start() => handler.OnConnected(this);

    public ValueTask PublishAsync(CachedString exchange, CachedString key, ReadOnlyMemory<byte> message, bool mandatory)
    {
        if (!broker.Has(this))
            return ValueTask.CompletedTask;
        Published.Add((exchange.Value + key.Value, message.ToArray()));
        _unconfirmed.Enqueue(++_number);
        if (!broker.Deliver(exchange.Value, key.Value, message.ToArray()) && mandatory)
        {
            var name = key.Value;
            Post(handler => handler.OnReturned(name));
        }
        if (!broker.HoldsConfirms)
            Confirm();
        return NoRoom is null ? ValueTask.CompletedTask : new ValueTask(NoRoom.Task);
    }

    /// <summary>Confirms all that was published.</summary>
    public void Confirm(bool isTaken = true)
    {
        while (_unconfirmed.TryDequeue(out var number))
            Post(handler => handler.OnConfirmed(number, multiple: false, isTaken));
    }

    public void Lose(string why)
    {
        broker.Remove(this);
        Post(handler =>
        {
            _isOver = true;
            handler.OnLost(why);
        });
    }

    public Task CloseAsync()
    {
        Lose("closed");
        return Task.CompletedTask;
    }

    public void Post(Action<IBrokerChannelHandler> work) => broker.Loop.Post(() =>
    {
        if (!_isOver)
            work(handler);
    });
}
