using System.Buffers;
using System.Security.Cryptography;
using RabbitMQ.Client;
using Sametime.Contracts.Loop;

namespace Sametime.Broker.Links;

/// <summary>
/// A hub's queue on the broker and the streams that end in it, for as long as there is a connection to the broker. Loop
/// thread only.
/// </summary>
internal sealed class BrokerMailbox : IBrokerChannelHandler, IDisposable
{
    /// <summary>
    /// Chunks without bytes of a link that may wait for the client. Beyond it no beacons are sent, and streams unknown here
    /// are not told so.
    /// </summary>
    private const int ControlChunksMax = 1024;

    private static readonly CachedString DefaultExchange = new("");

    private readonly ushort _hub;
    private readonly ChunkSeal _seal;
    private readonly CachedString _hubsExchange;
    private readonly Dictionary<(ulong Queue, ulong Stream), BrokerStream> _streams = [];
    private readonly UnconfirmedChunks _unconfirmed = new();
    private readonly Queue<Outgoing> _waiting = new();
    private readonly List<BrokerStream> _waitingStreams = [];
    private readonly IBrokerMailboxHandler _handler;
    private IBrokerChannel? _channel;
    private TaskCompletionSource? _idle;
    private bool _isPublishing;

    public BrokerMailbox(ILoop loop, BrokerOptions options, ushort hub, ReadOnlyMemory<byte> key, IBrokerMailboxHandler handler)
    {
        Loop = loop;
        Options = options;
        Names = new BrokerNames(options.Prefix);
        _hub = hub;
        _seal = new ChunkSeal(key);
        _hubsExchange = new CachedString(Names.Hubs);
        _handler = handler;
    }

    public ILoop Loop { get; }

    public BrokerOptions Options { get; }

    public BrokerNames Names { get; }

    /// <summary>Memory for the streams.</summary>
    public ByteQueuePool Memory { get; } = new();

    public BrokerCounters Counters { get; } = new();

    public bool IsConnected => _channel is not null;

    /// <summary>The broker is short of memory or disk and takes nothing.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>Where other hubs reach this one; the queue is 0 without a connection.</summary>
    public BrokerAddress Address => new(_hub, _channel?.Queue ?? 0);

    public int StreamCount => _streams.Count;

    public void Dispose() => _seal.Dispose();

    /// <summary>Opens a stream to another hub.</summary>
    /// <exception cref="BrokerUnreachableException">It does not take it within <paramref name="timeout"/>.</exception>
    public Task<BrokerStream> DialAsync(BrokerAddress peer, TimeSpan timeout)
    {
        if (_channel is null)
            return Task.FromException<BrokerStream>(new BrokerUnreachableException("there is no connection to the broker"));
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(number);
        var stream = new BrokerStream(this, peer, BitConverter.ToUInt64(number));
        _streams.Add((peer.Queue, stream.Id), stream);
        return stream.OpenAsync(timeout);
    }

    /// <summary>Tells all hubs that we are there, this one too; or one.</summary>
    public void SendBeacon(BrokerAddress? to, ulong sequence, ReadOnlySpan<byte> body)
    {
        if (_waiting.Count >= ControlChunksMax)
            return;
        var chunk = new Chunk(ChunkKind.Beacon, Address, 0, sequence, body);
        if (to is { } one)
            Send(null, chunk, one.Queue, DefaultExchange, new CachedString(Names.QueueOf(one)), isMandatory: false);
        else
            Send(null, chunk, 0, _hubsExchange, DefaultExchange, isMandatory: false);
    }

    /// <summary>Ends all streams to a queue: it is known to be gone.</summary>
    public void ForgetQueue(ulong queue)
    {
        foreach (var stream in _streams.Values.Where(stream => stream.Peer.Queue == queue).ToArray())
            stream.OnPeerLost();
    }

    /// <summary>Waits until all streams have ended.</summary>
    public Task IdleAsync()
    {
        if (_streams.Count == 0)
            return Task.CompletedTask;
        _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _idle.Task;
    }

    /// <summary>Ends all streams; the other ends are told.</summary>
    public void AbortStreams()
    {
        foreach (var stream in _streams.Values.ToArray())
            stream.Abort();
    }

    // ---- for the streams

    /// <summary>True when a stream may send bytes now. Else it will be flushed when it may.</summary>
    public bool HasRoom(BrokerStream stream)
    {
        if (!_isPublishing)
            return true;
        _waitingStreams.Add(stream);
        return false;
    }

    public void Send(BrokerStream stream, BrokerAddress to, CachedString queue, in Chunk chunk) =>
        Send(stream, chunk, to.Queue, DefaultExchange, queue, isMandatory: true);

    public void Forget(BrokerStream stream)
    {
        if (_streams.Remove((stream.Peer.Queue, stream.Id)) && _streams.Count == 0)
            _idle?.TrySetResult();
    }

    // ---- what the broker brings

    public void OnConnected(IBrokerChannel channel)
    {
        _channel = channel;
        _unconfirmed.Clear();
        _handler.OnConnected();
    }

    public void OnMessage(ReadOnlySpan<byte> message)
    {
        if (_channel is null)
            return;
        Counters.Received(message.Length);
        if (!_seal.TryRead(message, _channel.Queue, out var chunk))
            Counters.Dropped(DropReason.Tag);
        else if (chunk.Kind == ChunkKind.Beacon)
            _handler.OnBeacon(chunk.Sender, chunk.Sequence, chunk.Body);
        else if (_streams.TryGetValue((chunk.Sender.Queue, chunk.Stream), out var stream))
            stream.OnChunk(chunk);
        else if (chunk.Kind == ChunkKind.Open)
            OnOpen(chunk);
        else if (chunk.Kind != ChunkKind.Reset)
            OnUnknownStream(chunk);
    }

    public void OnReturned(string queue)
    {
        if (Names.QueueNumberOf(queue) is { } number)
            ForgetQueue(number);
    }

    public void OnConfirmed(ulong number, bool multiple, bool isTaken)
    {
        _unconfirmed.Confirm(number, multiple, isTaken);
        Counters.Unconfirmed(_unconfirmed.Bytes);
    }

    public void OnBlocked(bool isBlocked) => IsBlocked = isBlocked;

    public void OnLost(string why)
    {
        _channel = null;
        _isPublishing = false;
        IsBlocked = false;
        while (_waiting.TryDequeue(out var outgoing))
            ArrayPool<byte>.Shared.Return(outgoing.Array);
        _waitingStreams.Clear();
        _unconfirmed.Clear();
        Counters.Unconfirmed(0);
        foreach (var stream in _streams.Values.ToArray())
            stream.OnPeerLost();
        _handler.OnLost(why);
    }

    private void OnOpen(in Chunk chunk)
    {
        var stream = new BrokerStream(this, chunk.Sender, chunk.Stream);
        _streams.Add((chunk.Sender.Queue, chunk.Stream), stream);
        stream.Accept(chunk.Body);
        _handler.OnStream(stream);
    }

    private void OnUnknownStream(in Chunk chunk)
    {
        Counters.Dropped(DropReason.UnknownStream);
        if (_waiting.Count >= ControlChunksMax)
            return;
        var reset = new Chunk(ChunkKind.Reset, Address, chunk.Stream, 0, []);
        Send(null, reset, chunk.Sender.Queue, DefaultExchange, new CachedString(Names.QueueOf(chunk.Sender)), isMandatory: false);
    }

    // ---- publishing: one message at a time, as the client has room

    private void Send(BrokerStream? stream, in Chunk chunk, ulong destination, CachedString exchange, CachedString key, bool isMandatory)
    {
        if (_channel is null)
            return;
        var array = ArrayPool<byte>.Shared.Rent(chunk.Body.Length + ChunkSeal.OverheadBytes);
        var length = _seal.Write(array, chunk, destination);
        var outgoing = new Outgoing(stream, exchange, key, array, length, chunk.Kind == ChunkKind.Data ? chunk.Body.Length : 0, isMandatory);
        if (_isPublishing)
            _waiting.Enqueue(outgoing);
        else
            Publish(outgoing);
    }

    private void Publish(in Outgoing outgoing)
    {
        _unconfirmed.Add(outgoing.Stream, outgoing.DataBytes);
        Counters.Sent(outgoing.Length, outgoing.DataBytes > 0);
        Counters.Unconfirmed(_unconfirmed.Bytes);
        var published = _channel!.PublishAsync(outgoing.Exchange, outgoing.Key, outgoing.Array.AsMemory(0, outgoing.Length), outgoing.IsMandatory);
        if (published.IsCompleted)
        {
            ArrayPool<byte>.Shared.Return(outgoing.Array);
            return;
        }
        _isPublishing = true;
        _ = PublishRestAsync(_channel, published, outgoing.Array);
    }

    private async Task PublishRestAsync(IBrokerChannel channel, ValueTask published, byte[] array)
    {
        await published;
        ArrayPool<byte>.Shared.Return(array);
        if (_channel != channel)
            return;
        _isPublishing = false;
        while (!_isPublishing && _waiting.TryDequeue(out var next))
            Publish(next);
        if (_isPublishing)
            return;
        foreach (var stream in _waitingStreams)
            stream.Flush();
        _waitingStreams.Clear();
    }

    private readonly record struct Outgoing(
        BrokerStream? Stream, CachedString Exchange, CachedString Key, byte[] Array, int Length, int DataBytes, bool IsMandatory);
}

/// <summary>Who owns a mailbox. On the loop.</summary>
internal interface IBrokerMailboxHandler
{
    /// <summary>The mailbox has a queue.</summary>
    void OnConnected();

    /// <summary>Another hub has opened a stream.</summary>
    void OnStream(BrokerStream stream);

    /// <summary>A hub says that it is there; perhaps this one.</summary>
    void OnBeacon(BrokerAddress sender, ulong sequence, ReadOnlySpan<byte> body);

    /// <summary>The queue is gone with the connection; all streams have ended.</summary>
    void OnLost(string why);
}
