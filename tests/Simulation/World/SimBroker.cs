using RabbitMQ.Client;
using Sametime.Broker;
using Sametime.Broker.Links;

namespace Sametime.Tests.Simulation.World;

/// <summary>
/// The message broker: queues that live as long as their connection, confirms, returns, one exchange to all. What it carries may be late,
/// lost, doubled or out of order, whatever a real one promises: the links on it must bear that.
/// </summary>
internal sealed class SimBroker(Universe universe)
{
    // A connection whose process is silent for so long is closed, as by missed heartbeats.
    private static readonly TimeSpan HeartbeatLimit = TimeSpan.FromSeconds(10);

    private readonly BrokerNames _names = new("simulation");
    private readonly Dictionary<string, SimChannel> _queues = [];
    private readonly HashSet<string> _cutOff = [];
    private ulong _lastQueue;

    /// <summary>It is killed and not started again yet.</summary>
    public bool IsAway { get; private set; }

    /// <summary>How probable it is that a message is lost, doubled, or comes out of order.</summary>
    public double Mischief { get; set; }

    public IBrokerTransport TransportFor(SimLoop loop) => new Transport(this, loop);

    /// <summary>kill -9: connections and queues are gone.</summary>
    public void Kill()
    {
        IsAway = true;
        foreach (var channel in _queues.Values.ToArray())
            Lose(channel, "the broker was killed");
    }

    public void Start() => IsAway = false;

    /// <summary>A process and the broker cannot reach each other any more.</summary>
    public void CutOff(SimLoop loop)
    {
        _cutOff.Add(loop.Name);
        universe.After(HeartbeatLimit, () =>
        {
            if (_cutOff.Contains(loop.Name))
                LoseAllOf(loop, "no heartbeat");
        });
    }

    public void Heal(string process) => _cutOff.Remove(process);

    /// <summary>A process was killed: the operating system closes its connection.</summary>
    public void LoseAllOf(SimLoop loop, string why)
    {
        foreach (var channel in _queues.Values.Where(channel => channel.Loop == loop).ToArray())
            Lose(channel, why);
    }

    private Task<IBrokerChannel> OpenAsync(SimLoop loop, ushort hub, IBrokerChannelHandler handler)
    {
        var opened = new TaskCompletionSource<IBrokerChannel>();
        universe.After(universe.Between(1, 20), () => loop.Enter(() =>
        {
            if (IsAway || _cutOff.Contains(loop.Name))
            {
                opened.SetException(new IOException("There is no broker there."));
                return;
            }
            var channel = new SimChannel(this, loop, ++_lastQueue, handler);
            channel.Name = _names.QueueOf(new BrokerAddress(hub, channel.Queue));
            _queues.Add(channel.Name, channel);
            opened.SetResult(channel);
        }));
        return opened.Task;
    }

    private void Lose(SimChannel channel, string why)
    {
        if (!_queues.Remove(channel.Name))
            return;
        channel.IsOver = true;
        universe.After(universe.Between(0.1, 5), () => channel.Loop.Enter(() => channel.Handler.OnLost(why)));
    }

    private void Publish(SimChannel from, string exchange, string queue, byte[] message, bool mandatory, ulong number) => universe.After(Delay(), () =>
    {
        if (from.IsOver || _cutOff.Contains(from.Loop.Name))
            return;
        var targets = exchange.Length > 0 ? [.. _queues.Values] : _queues.TryGetValue(queue, out var one) ? new[] { one } : [];
        foreach (var target in targets)
            Deliver(target, message);
        universe.After(Delay(), () => Tell(from, handler =>
        {
            if (targets.Length == 0 && mandatory)
                handler.OnReturned(queue);
            handler.OnConfirmed(number, multiple: false, isTaken: true);
        }));
    });

    private void Deliver(SimChannel target, byte[] message)
    {
        if (universe.Maybe(Mischief))
            return;
        var copies = universe.Maybe(Mischief) ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            // Each arrival hands over what is first in the line; who jumps the queue comes out of order.
            target.Arriving.Insert(target.Arriving.Count - (target.Arriving.Count > 0 && universe.Maybe(Mischief) ? 1 : 0), message);
            universe.After(Delay(), () =>
            {
                var next = target.Arriving[0];
                target.Arriving.RemoveAt(0);
                Tell(target, handler => handler.OnMessage(next));
            });
        }
    }

    private void Tell(SimChannel channel, Action<IBrokerChannelHandler> what)
    {
        if (!_cutOff.Contains(channel.Loop.Name))
        {
            channel.Loop.Enter(() =>
            {
                if (!channel.IsOver)
                    what(channel.Handler);
            });
        }
    }

    private TimeSpan Delay() => universe.Maybe(0.02) ? universe.Between(3, 40) : universe.Between(0.1, 1);

    private sealed class Transport(SimBroker broker, SimLoop loop) : IBrokerTransport
    {
        public Task<IBrokerChannel> OpenAsync(ushort hub, IBrokerChannelHandler handler, CancellationToken stop) => broker.OpenAsync(loop, hub, handler);
    }

    /// <summary>One process's connection, with its queue.</summary>
    private sealed class SimChannel(SimBroker broker, SimLoop loop, ulong queue, IBrokerChannelHandler handler) : IBrokerChannel
    {
        private ulong _number;

        public SimLoop Loop => loop;

        public IBrokerChannelHandler Handler => handler;

        public ulong Queue => queue;

        public string Name { get; set; } = "";

        public bool IsOver { get; set; }

        /// <summary>Messages on their way to the process, in order.</summary>
        public List<byte[]> Arriving { get; } = [];

        public void Start() => handler.OnConnected(this);

        public ValueTask PublishAsync(CachedString exchange, CachedString key, ReadOnlyMemory<byte> message, bool mandatory)
        {
            broker.Publish(this, exchange.Value, key.Value, message.ToArray(), mandatory, ++_number);
            return ValueTask.CompletedTask;
        }

        public Task CloseAsync()
        {
            broker.Lose(this, "closed");
            return Task.CompletedTask;
        }
    }
}
