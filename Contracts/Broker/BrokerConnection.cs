using Sametime.Broker.Links;
using Sametime.Contracts.Loop;

namespace Sametime.Broker;

/// <summary>
/// Keeps one connection to the broker open: makes it, and makes it again after it was lost, each wait twice as long as the
/// one before. The client's own recovery is off: it would bring back a queue whose streams have ended. Loop thread only.
/// </summary>
internal sealed class BrokerConnection : IBrokerChannelHandler, IAsyncDisposable
{
    private readonly ILoop _loop;
    private readonly IBrokerTransport _transport;
    private readonly BrokerOptions _options;
    private readonly BrokerMailbox _mailbox;
    private readonly Random _random;
    private readonly Action<string, TimeSpan> _onFailure;
    private readonly CancellationTokenSource _stopping = new();
    private IBrokerChannel? _channel;
    private IDisposable? _retry;
    private TimeSpan _delay;
    private Task _connecting = Task.CompletedTask;
    private Task? _closing;

    /// <summary><paramref name="onFailure"/> hears why a connection was lost or not made, and when the next attempt comes.</summary>
    public BrokerConnection(
        ILoop loop, IBrokerTransport transport, BrokerOptions options, BrokerMailbox mailbox, Random random, Action<string, TimeSpan> onFailure)
    {
        _loop = loop;
        _transport = transport;
        _options = options;
        _mailbox = mailbox;
        _random = random;
        _onFailure = onFailure;
        _delay = options.RetryDelayMin;
    }

    public void Start() => _connecting = ConnectAsync();

    public ValueTask DisposeAsync() => new(CloseAsync());

    /// <summary>Closes the connection for good, after what was published has left.</summary>
    public Task CloseAsync() => _closing ??= CloseOnceAsync();

    public void OnConnected(IBrokerChannel channel)
    {
        _delay = _options.RetryDelayMin;
        _mailbox.OnConnected(channel);
    }

    public void OnMessage(ReadOnlySpan<byte> message) => _mailbox.OnMessage(message);

    public void OnReturned(string queue) => _mailbox.OnReturned(queue);

    public void OnConfirmed(ulong number, bool multiple, bool isTaken) => _mailbox.OnConfirmed(number, multiple, isTaken);

    public void OnBlocked(bool isBlocked) => _mailbox.OnBlocked(isBlocked);

    public void OnLost(string why)
    {
        _channel = null;
        _mailbox.OnLost(why);
        RetryLater(why);
    }

    private async Task CloseOnceAsync()
    {
        await _stopping.CancelAsync();
        _retry?.Dispose();
        await _connecting;
        if (_channel is not null)
            await _channel.CloseAsync();
        _stopping.Dispose();
    }

    private async Task ConnectAsync()
    {
        try
        {
            _channel = await _transport.OpenAsync(_mailbox.Address.Hub, this, _stopping.Token);
        }
        catch (Exception error)
        {
            // Whatever it was, it may be gone the next time, and a hub that stops trying is alone until a person comes.
            RetryLater(error.GetBaseException().Message);
            return;
        }
        _channel.Start();
    }

    private void RetryLater(string why)
    {
        if (_stopping.IsCancellationRequested)
            return;
        var wait = _delay * (1 + (_options.RetrySpread * ((2 * _random.NextDouble()) - 1)));
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, _options.RetryDelayMax.Ticks));
        _retry = _loop.Schedule(wait, Start);
        _onFailure(why, wait);
    }
}
