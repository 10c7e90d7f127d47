using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Logger;

/// <summary>
/// Records what hubs and other processes state on the event plane, so that it can be found afterwards: who logged in and out, what was
/// refused, what hubs counted. It listens and nothing else: nobody can open a channel to it, and no list of services names it. What a store
/// has numbered came from the store, and is not recorded a second time.
/// </summary>
internal sealed partial class EventLogger(IEventLog events, LoggerOptions options, TimeProvider time, ILogger<EventLogger> log) : IEventSubscriber
{
    /// <summary>Whom the facts wait for. On a broker it is one for the community: each fact is recorded by one of its processes.</summary>
    public const string SubscriberName = "logger";

    public async ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
    {
        foreach (var part in batch.Where(IsToRecord).Chunk(options.BatchEventsMax))
            await RecordAsync(part, stop);
    }

    private bool IsToRecord(EventEnvelope stated) =>
        stated.Stream is { IsOfOneProcess: true, IsChat: false } && options.Takes(EventClasses.Of(EventCatalogue.Current.NameOf(stated.Payload)));

    // A store that is away is waited for: on the plane the facts are as safe as here, and nobody has to see which were left out.
    private async Task RecordAsync(EventEnvelope[] stated, CancellationToken stop)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await events.RecordAsync(stated, stop);
                if (failures > 0)
                    LogBack(log, failures);
                return;
            }
            catch (StoreUnavailableException failure)
            {
                if (failures == 0)
                    LogAway(log, failure.Message);
            }

            await Task.Delay(options.RetryDelay, time, stop);
        }
    }

    [LoggerMessage(EventId = 1721, EventName = "logger.store-away", Level = LogLevel.Warning,
        Message = "Facts cannot be recorded now and wait on the event plane: {Why}")]
    private static partial void LogAway(ILogger log, string why);

    [LoggerMessage(EventId = 1722, EventName = "logger.store-back", Level = LogLevel.Information,
        Message = "Facts are recorded again, after {Attempts} attempts in vain")]
    private static partial void LogBack(ILogger log, int attempts);
}
