using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Outbox;

/// <summary>
/// Passes every stored fact on to the event plane, in the order of the log and at least once: it follows the log by its positions and
/// writes a position down only when the plane has everything up to it. A process that dies in between leaves the rest to the next one,
/// which tells some facts again under the same ids. Secrets stay in the store; what came to it over the plane is not told a second time.
/// </summary>
internal sealed partial class EventForwarder : IAsyncDisposable
{
    private readonly IOutbox _outbox;
    private readonly IEventPublisher _plane;
    private readonly Action<StoredEvent> _beforeForward;
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    private EventForwarder(
        IOutbox outbox, IEventPublisher plane, Action<StoredEvent> beforeForward, OutboxOptions options, TimeProvider time, ILogger log)
    {
        (_outbox, _plane, _beforeForward, _options, _time, _log) = (outbox, plane, beforeForward, options, time, log);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Starts to forward; whatever is appended after this reaches the plane.</summary>
    /// <param name="outbox">The store.</param>
    /// <param name="plane">Where its facts go.</param>
    /// <param name="beforeForward">Hears of a fact before the plane does, such as a cache that consumers will ask.</param>
    /// <param name="options">Its times.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it says what it meets.</param>
    /// <param name="stop">Gives up starting.</param>
    public static async Task<EventForwarder> StartAsync(
        IOutbox outbox, IEventPublisher plane, Action<StoredEvent> beforeForward, OutboxOptions options, TimeProvider time,
        ILogger<EventForwarder> log, CancellationToken stop)
    {
        await outbox.RegisterAsync(stop).ConfigureAwait(false);
        return new EventForwarder(outbox, plane, beforeForward, options, time, log);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var isFailing = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await using var lead = await _outbox.TryLeadAsync(_stopping.Token);
                isFailing = false;
                if (lead is not null)
                    await FollowAsync(lead, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException failure)
            {
                // Nothing is lost by waiting: the position stays where it is.
                if (!isFailing)
                    LogFailed(_log, failure.Message);
                isFailing = true;
            }

            await Task.Delay(_options.RetryDelay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(IOutboxLead lead, CancellationToken stop)
    {
        var saved = await lead.LoadPositionAsync(stop);
        var position = saved;
        var savedAt = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await foreach (var stored in lead.ReadAsync(position, stop))
                {
                    await ForwardAsync(stored, stop);
                    position = stored.Position;
                    if (_time.GetElapsedTime(savedAt) >= _options.PositionInterval)
                        await SaveAsync();
                }

                if (position != saved && _time.GetElapsedTime(savedAt) >= _options.PositionInterval)
                    await SaveAsync();
                await lead.WaitAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested && position != saved)
            {
                // An orderly end writes down where it was, unless the plane is not rid of it in time: then the next process tells it again.
                using var patience = new CancellationTokenSource(_options.StopTimeout, _time);
                stop = patience.Token;
                await SaveAsync();
                throw;
            }
        }

        async Task SaveAsync()
        {
            await _plane.FlushAsync(stop);
            await lead.SavePositionAsync(position, stop);
            (saved, savedAt) = (position, _time.GetTimestamp());
        }
    }

    private async Task ForwardAsync(StoredEvent stored, CancellationToken stop)
    {
        // Other processes stated these: on the plane, where they have been, or in a conversation, which goes nowhere from here.
        if (stored.Envelope.Stream.IsOfOneProcess)
            return;
        _beforeForward(stored);
        var envelope = stored.Envelope with { Payload = EventCatalogue.Current.WithoutSecrets(stored.Envelope.Payload) };
        for (var isFirst = true; !_plane.TryForward(envelope); isFirst = false)
        {
            // A consumer is too slow: it gets this one again, and the others know its id.
            if (isFirst)
                LogSlow(_log, envelope.Id);
            await Task.Delay(_options.RetryDelay, _time, stop);
        }
    }

    [LoggerMessage(EventId = 1801, EventName = "outbox.failed", Level = LogLevel.Warning,
        Message = "Stored facts cannot be passed on to the event plane now: {Why}")]
    private static partial void LogFailed(ILogger log, string why);

    [LoggerMessage(EventId = 1802, EventName = "outbox.plane-full", Level = LogLevel.Warning,
        Message = "The event plane does not take {Event} yet; it is offered again until it does")]
    private static partial void LogSlow(ILogger log, string @event);
}
